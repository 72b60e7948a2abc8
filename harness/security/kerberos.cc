#include "harness/security/kerberos.h"

#include <fmt/format.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5.h>

#include <array>
#include <ctime>

namespace security {
namespace {

// Handles of two C libraries, each with the function that releases it.
template <class Handle, auto release>
class Owned {
 public:
  Owned() = default;
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() {
    if (handle_ == nullptr) return;
    OM_uint32 minor = 0;
    release(&minor, &handle_);
  }
  Handle get() const { return handle_; }
  Handle* out() { return &handle_; }

 private:
  Handle handle_ = nullptr;
};
using Name = Owned<gss_name_t, gss_release_name>;
using Credential = Owned<gss_cred_id_t, gss_release_cred>;
using Buffers = Owned<gss_buffer_set_t, gss_release_buffer_set>;

struct Buffer : gss_buffer_desc {
  Buffer() : gss_buffer_desc{} {}
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() {
    OM_uint32 minor = 0;
    gss_release_buffer(&minor, this);
  }
  wire::View view() const { return {static_cast<const std::uint8_t*>(value), length}; }
  std::string text() const { return {static_cast<const char*>(value), length}; }
};

gss_buffer_desc borrowed(wire::View bytes) {
  return {.length = bytes.size(), .value = const_cast<std::uint8_t*>(bytes.data())};
}

gss_OID kerberos_mechanism() { return const_cast<gss_OID>(gss_mech_krb5); }

std::string status_text(OM_uint32 status, int kind) {
  OM_uint32 minor = 0;
  OM_uint32 more = 0;
  Buffer text;
  gss_display_status(&minor, status, kind, kerberos_mechanism(), &more, &text);
  return text.text();
}

std::string gss_problem(OM_uint32 major, OM_uint32 minor) {
  return minor == 0 ? status_text(major, GSS_C_GSS_CODE) : status_text(minor, GSS_C_MECH_CODE);
}

// Credentials out of a store in memory.
std::expected<void, std::string> acquire(Credential& credential, gss_cred_usage_t usage,
                                         std::span<gss_key_value_element_desc> store) {
  const gss_key_value_set_desc set{.count = static_cast<OM_uint32>(store.size()), .elements = store.data()};
  gss_OID_set_desc mechanisms{.count = 1, .elements = kerberos_mechanism()};
  OM_uint32 minor = 0;
  const OM_uint32 major = gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechanisms, usage,
                                                &set, credential.out(), nullptr, nullptr);
  if (GSS_ERROR(major)) return std::unexpected(gss_problem(major, minor));
  return {};
}

// One context of libkrb5 and what was made in it.
class Krb5 {
 public:
  Krb5() { status_ = krb5_init_context(&context_); }
  Krb5(const Krb5&) = delete;
  Krb5& operator=(const Krb5&) = delete;
  ~Krb5() {
    if (context_ == nullptr) return;
    krb5_free_cred_contents(context_, &initial);
    krb5_free_creds(context_, ticket);
    krb5_free_principal(context_, client);
    krb5_free_principal(context_, service);
    if (cache != nullptr) krb5_cc_destroy(context_, cache);
    if (keytab != nullptr) krb5_kt_close(context_, keytab);
    krb5_free_context(context_);
  }

  // Does the next of several things; once one failed, nothing.
  template <class Function, class... Arguments>
  void call(Function function, Arguments... arguments) {
    if (status_ == 0) status_ = function(context_, arguments...);
  }
  bool good() const { return status_ == 0; }
  krb5_error_code status() const { return status_; }
  krb5_context get() const { return context_; }
  std::string problem() const {
    const char* message = krb5_get_error_message(context_, status_);
    std::string text = message;
    krb5_free_error_message(context_, message);
    return text;
  }

  krb5_principal client = nullptr;
  krb5_principal service = nullptr;
  krb5_creds initial{};
  krb5_creds* ticket = nullptr;
  krb5_ccache cache = nullptr;
  krb5_keytab keytab = nullptr;

 private:
  krb5_context context_ = nullptr;
  krb5_error_code status_ = 0;
};

}  // namespace

struct KerberosTicket::Held {
  Krb5 krb5;
  Name service;
  Credential credential;
};

std::expected<KerberosTicket, std::string> KerberosTicket::obtain(const Wanted& wanted) {
  Krb5 asking;
  asking.call(krb5_parse_name, wanted.principal.c_str(), &asking.client);
  asking.call(krb5_parse_name, wanted.service.c_str(), &asking.service);
  asking.call(krb5_get_init_creds_password, &asking.initial, asking.client, wanted.password.c_str(), nullptr,
              nullptr, krb5_deltat{0}, nullptr, nullptr);
  // Without pre-authentication only the client can tell.
  const krb5_error_code status = asking.status();
  if (status == KRB5KRB_AP_ERR_BAD_INTEGRITY || status == KRB5KDC_ERR_PREAUTH_FAILED)
    return std::unexpected(fmt::format("the password of {} is wrong", wanted.principal));
  asking.call(krb5_cc_new_unique, "MEMORY", nullptr, &asking.cache);
  asking.call(krb5_cc_initialize, asking.cache, asking.client);
  asking.call(krb5_cc_store_cred, asking.cache, &asking.initial);
  krb5_creds asked{};
  asked.client = asking.client;
  asked.server = asking.service;
  // The ticket for the service alone: of a ticket-granting ticket that is good for less than two minutes,
  // domain controllers say that it has expired.
  if (wanted.lifetime.count() > 0)
    asked.times.endtime = static_cast<krb5_timestamp>(std::time(nullptr) + wanted.lifetime.count());
  asking.call(krb5_get_credentials, krb5_flags{0}, asking.cache, &asked, &asking.ticket);
  if (!asking.good()) return std::unexpected(asking.problem());

  // A cache keeps the clock of the context that made it, and whoever signs in with it follows that.
  const auto held = std::make_shared<Held>();
  Krb5& krb5 = held->krb5;
  if (wanted.ahead.count() != 0)
    krb5.call(krb5_set_real_time, static_cast<krb5_timestamp>(std::time(nullptr) + wanted.ahead.count()),
              krb5_int32{0});
  krb5.call(krb5_cc_new_unique, "MEMORY", nullptr, &krb5.cache);
  krb5.call(krb5_cc_initialize, krb5.cache, asking.client);
  krb5.call(krb5_cc_copy_creds, asking.cache, krb5.cache);
  if (!krb5.good()) return std::unexpected(krb5.problem());

  const std::string cache = std::string("MEMORY:") + krb5_cc_get_name(krb5.get(), krb5.cache);
  std::array store = {gss_key_value_element_desc{.key = "ccache", .value = cache.c_str()}};
  if (auto got = acquire(held->credential, GSS_C_INITIATE, store); !got) return std::unexpected(got.error());
  gss_buffer_desc name{.length = wanted.service.size(), .value = const_cast<char*>(wanted.service.data())};
  OM_uint32 minor = 0;
  const OM_uint32 major =
      gss_import_name(&minor, &name, const_cast<gss_OID>(GSS_KRB5_NT_PRINCIPAL_NAME), held->service.out());
  if (GSS_ERROR(major)) return std::unexpected(gss_problem(major, minor));
  KerberosTicket result;
  result.held_ = held;
  return result;
}

KerberosAccount::KerberosAccount(const std::string& user, std::string password, std::string service)
    : realm_(service.substr(service.find('@') + 1)) {
  wanted_ = {
      .principal = user + "@" + realm_, .password = std::move(password), .service = std::move(service)};
}

std::expected<KerberosTicket, std::string> KerberosAccount::ticket(TicketKind kind) {
  KerberosTicket::Wanted wanted = wanted_;
  if (kind == TicketKind::brief) wanted.lifetime = brief_lifetime;
  if (kind == TicketKind::skewed) wanted.ahead = std::chrono::hours(1);
  if (kind == TicketKind::other_service) wanted.service = fmt::format("krbtgt/{0}@{0}", realm_);
  if (kind == TicketKind::brief) return KerberosTicket::obtain(wanted);
  const std::scoped_lock lock(mutex_);
  if (const auto known = kept_.find(kind); known != kept_.end()) return known->second;
  auto ticket = KerberosTicket::obtain(wanted);
  if (ticket) kept_.emplace(kind, *ticket);
  return ticket;
}

struct KerberosKeytab::Held {
  Krb5 krb5;
  Credential credential;
};

std::expected<KerberosKeytab, std::string> KerberosKeytab::load(const std::string& file) {
  const auto held = std::make_shared<Held>();
  Krb5& krb5 = held->krb5;
  Krb5 source;
  source.call(krb5_kt_resolve, file.c_str(), &source.keytab);
  // One of its own in memory for each.
  const std::string name = fmt::format("MEMORY:smbspec-{}", static_cast<const void*>(held.get()));
  krb5.call(krb5_kt_resolve, name.c_str(), &krb5.keytab);
  krb5_kt_cursor cursor{};
  source.call(krb5_kt_start_seq_get, source.keytab, &cursor);
  if (!source.good()) return std::unexpected(source.problem());
  krb5_keytab_entry entry{};
  while (krb5_kt_next_entry(source.get(), source.keytab, &entry, &cursor) == 0) {
    krb5.call(krb5_kt_add_entry, krb5.keytab, &entry);
    krb5_free_keytab_entry_contents(source.get(), &entry);
  }
  source.call(krb5_kt_end_seq_get, source.keytab, &cursor);
  if (!krb5.good()) return std::unexpected(krb5.problem());
  std::array store = {gss_key_value_element_desc{.key = "keytab", .value = name.c_str()},
                      gss_key_value_element_desc{.key = "rcache", .value = "none:"}};
  if (auto got = acquire(held->credential, GSS_C_ACCEPT, store); !got) return std::unexpected(got.error());
  KerberosKeytab result;
  result.held_ = held;
  return result;
}

struct KerberosContext::Held {
  Owned<gss_ctx_id_t,
        [](OM_uint32* minor, gss_ctx_id_t* context) {
          return gss_delete_sec_context(minor, context, GSS_C_NO_BUFFER);
        }>
      context;
};

KerberosContext::Held& KerberosContext::held() {
  if (!held_) held_ = std::make_shared<Held>();
  return *held_;
}

void KerberosContext::settle() {
  OM_uint32 minor = 0;
  Buffers keys;
  const OM_uint32 major = gss_inquire_sec_context_by_oid(
      &minor, held().context.get(), const_cast<gss_OID>(GSS_C_INQ_SSPI_SESSION_KEY), keys.out());
  if (GSS_ERROR(major) || keys.get()->count == 0) return;
  const gss_buffer_desc& key = keys.get()->elements[0];
  const auto* bytes = static_cast<const std::uint8_t*>(key.value);
  session_key_.assign(bytes, bytes + key.length);
}

wire::Bytes KerberosContext::sign(wire::View message) const {
  if (!established()) return {};
  gss_buffer_desc text = borrowed(message);
  Buffer mic;
  OM_uint32 minor = 0;
  gss_get_mic(&minor, held_->context.get(), GSS_C_QOP_DEFAULT, &text, &mic);
  return {mic.view().begin(), mic.view().end()};
}

bool KerberosContext::verifies(wire::View bytes, wire::View message) const {
  if (!established()) return false;
  gss_buffer_desc text = borrowed(message);
  gss_buffer_desc mic = borrowed(bytes);
  OM_uint32 minor = 0;
  return !GSS_ERROR(gss_verify_mic(&minor, held_->context.get(), &text, &mic, nullptr));
}

std::expected<wire::Bytes, std::string> KerberosInitiator::step(wire::View received) {
  gss_buffer_desc in = borrowed(received);
  Buffer out;
  OM_uint32 minor = 0;
  const OM_uint32 major = gss_init_sec_context(
      &minor, ticket_.held_->credential.get(), held().context.out(), ticket_.held_->service.get(),
      kerberos_mechanism(), GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG | GSS_C_REPLAY_FLAG, 0,
      GSS_C_NO_CHANNEL_BINDINGS, &in, nullptr, &out, nullptr, nullptr);
  if (GSS_ERROR(major)) return std::unexpected(gss_problem(major, minor));
  if (major == GSS_S_COMPLETE) settle();
  return wire::Bytes(out.view().begin(), out.view().end());
}

std::expected<wire::Bytes, std::string> KerberosAcceptor::accept(const KerberosKeytab& keytab,
                                                                 wire::View token) {
  gss_buffer_desc in = borrowed(token);
  Buffer out;
  Name client;
  OM_uint32 minor = 0;
  OM_uint32 seconds = 0;
  const OM_uint32 major = gss_accept_sec_context(&minor, held().context.out(), keytab.held_->credential.get(),
                                                 &in, GSS_C_NO_CHANNEL_BINDINGS, client.out(), nullptr, &out,
                                                 nullptr, &seconds, nullptr);
  if (GSS_ERROR(major)) return std::unexpected(gss_problem(major, minor));
  if (major != GSS_S_COMPLETE) return std::unexpected("it wants more legs than SMB has");
  Buffer name;
  if (GSS_ERROR(gss_display_name(&minor, client.get(), &name, nullptr)))
    return std::unexpected("a client without a name");
  principal_ = name.text();
  lifetime_ = std::chrono::seconds(seconds);
  settle();
  return wire::Bytes(out.view().begin(), out.view().end());
}

}  // namespace security
