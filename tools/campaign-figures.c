/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The published figures of SpamPots; tests/spampots holds them as CSV. */
#include "campaign.h"

const uint64_t campaign_emails = 524585779;
const uint64_t campaign_recipients = 4805521964;
const uint64_t campaign_sources = 216888;
const uint64_t campaign_start = 1149897600; /* 2006-06-10 */

const struct campaign_module campaign_http = {89496969, 106615, 225802, 1847869};
const struct campaign_module campaign_socks = {46776884, 1055081, 0, 5741908};

const struct campaign_port campaign_ports[CAMPAIGN_PORTS] = {
    {1080, SOCKS, 3731}, {8080, HTTP, 3479}, {80, HTTP, 1092}, {3128, HTTP, 617},
    {8000, HTTP, 276},   {6588, HTTP, 229},  {25, SMTP, 146},  {4480, HTTP, 138},
    {3127, SOCKS, 100},  {3382, HTTP, 96},   {81, HTTP, 96}};

const uint64_t campaign_country_emails[CAMPAIGN_TOP] = {
    385189756, 82884642, 29764293, 6684667, 5381192, 4383999, 4093365, 1806210, 934417, 863657};

/* The first ten as published; which the other 155 were is not known. */
const char campaign_countries[CAMPAIGN_COUNTRIES][3] = {
    "TW", "CN", "US", "CA", "JP", "HK", "KR", "UA", "DE", "BR", "RU", "IN", "FR", "GB", "IT",
    "ES", "PL", "NL", "TR", "TH", "MX", "AR", "CL", "CO", "PE", "VE", "EC", "UY", "PY", "BO",
    "PT", "BE", "CH", "AT", "SE", "NO", "DK", "FI", "IE", "IS", "LU", "GR", "RO", "BG", "HU",
    "CZ", "SK", "SI", "HR", "RS", "BA", "MK", "AL", "MD", "BY", "LT", "LV", "EE", "GE", "AM",
    "AZ", "KZ", "UZ", "KG", "TJ", "TM", "MN", "ID", "MY", "SG", "PH", "VN", "KH", "LA", "MM",
    "BD", "LK", "NP", "PK", "AF", "IR", "IQ", "SA", "AE", "KW", "QA", "BH", "OM", "YE", "JO",
    "LB", "SY", "IL", "PS", "EG", "LY", "TN", "DZ", "MA", "SD", "ET", "KE", "UG", "TZ", "RW",
    "BI", "CD", "CG", "CM", "GA", "NG", "GH", "CI", "SN", "ML", "BF", "NE", "TD", "TG", "BJ",
    "GM", "GN", "SL", "LR", "MR", "CV", "AO", "ZM", "ZW", "MW", "MZ", "NA", "BW", "SZ", "LS",
    "ZA", "MG", "MU", "SC", "RE", "AU", "NZ", "FJ", "PG", "NC", "PF", "GU", "CU", "DO", "HT",
    "JM", "TT", "BB", "BS", "PR", "GT", "SV", "HN", "NI", "CR", "PA", "BZ", "CY", "MT", "MO"};

const struct campaign_as campaign_ases[CAMPAIGN_TOP] = {
    {"TFN-TW Taiwan Fixed Network", "TW", 9924, 170998167},
    {"HINET Data Communication Business Group", "TW", 3462, 131381486},
    {"CNCGROUP IP network of ShenZhen region", "CN", 17623, 65214192},
    {"SEEDNET Digital United Inc.", "TW", 4780, 54430806},
    {"NCIC-TW New Century InfoComm Tech Co., Ltd.", "TW", 9919, 9186802},
    {"CHINA169-BACKBONE CNCGROUP", "CN", 4837, 9025142},
    {"NDCHOST - Network Data Center Host, Inc.", "US", 33322, 8359583},
    {"CHINANET-BACKBONE", "CN", 4134, 7287251},
    {"EXTRALAN-TW Extra-Lan Technologies Co., Ltd", "TW", 18429, 6746124},
    {"LOOKAS - Look Communications Inc.", "CA", 7271, 5599442}};
