// The names that paths in tables may be made of: `NegotiateContextList[type=SIGNING].SigningAlgorithms`.
#pragma once

#include <string>
#include <vector>

#include "harness/smb2/command.h"

namespace scenario {

struct Vocabulary {
  std::vector<std::string> fields;
  std::vector<std::string> lists;
  std::vector<std::string> kinds;  // of elements of the lists
};

Vocabulary vocabulary_of_request(smb2::Command command);
Vocabulary vocabulary_of_response(smb2::Command command);  // an ERROR response's too
Vocabulary vocabulary_of_header();
Vocabulary vocabulary_of_frame();
Vocabulary vocabulary_of_transform();
Vocabulary vocabulary_of_smb1();       // SMB_COM_NEGOTIATE
Vocabulary vocabulary_of_ntlm();       // what a client sends of NTLMSSP
Vocabulary vocabulary_of_challenge();  // what a server does
Vocabulary vocabulary_of_spnego();

}  // namespace scenario
