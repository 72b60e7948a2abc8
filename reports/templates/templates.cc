#include "reports/templates/templates.h"

// SMBSPEC_TEMPLATES is this folder.
asm(".pushsection .rodata\n"
    "smbspec_html_template: .incbin \"" SMBSPEC_TEMPLATES
    "/report.html\"\n"
    "smbspec_html_template_end:\n"
    "smbspec_style_sheet: .incbin \"" SMBSPEC_TEMPLATES
    "/report.css\"\n"
    "smbspec_style_sheet_end:\n"
    "smbspec_page_script: .incbin \"" SMBSPEC_TEMPLATES
    "/report.js\"\n"
    "smbspec_page_script_end:\n"
    ".popsection\n");

extern "C" {
extern const char smbspec_html_template[], smbspec_html_template_end[];
extern const char smbspec_style_sheet[], smbspec_style_sheet_end[];
extern const char smbspec_page_script[], smbspec_page_script_end[];
}

namespace report {

std::string_view html_template() { return {smbspec_html_template, smbspec_html_template_end}; }
std::string_view style_sheet() { return {smbspec_style_sheet, smbspec_style_sheet_end}; }
std::string_view page_script() { return {smbspec_page_script, smbspec_page_script_end}; }

}  // namespace report
