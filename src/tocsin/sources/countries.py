"""Country names, as providers' geolocation writes them, to ISO 3166-1 alpha-2."""

from __future__ import annotations

_NAMES = """
AD Andorra|AE United Arab Emirates|AF Afghanistan|AG Antigua and Barbuda|AI Anguilla|AL Albania
AM Armenia|AO Angola|AQ Antarctica|AR Argentina|AS American Samoa|AT Austria|AU Australia|AW Aruba
AX Åland Islands|AX Aland Islands|AX Åland|AZ Azerbaijan|BA Bosnia and Herzegovina
BA Bosnia & Herzegovina|BB Barbados|BD Bangladesh|BE Belgium|BF Burkina Faso|BG Bulgaria|BH Bahrain
BI Burundi|BJ Benin|BL Saint Barthélemy|BL Saint Barthelemy|BM Bermuda|BN Brunei
BN Brunei Darussalam|BO Bolivia|BO Bolivia, Plurinational State of
BQ Bonaire, Sint Eustatius, and Saba|BQ Bonaire, Sint Eustatius and Saba|BR Brazil|BS Bahamas
BS The Bahamas|BT Bhutan|BV Bouvet Island|BW Botswana|BY Belarus|BZ Belize|CA Canada
CC Cocos (Keeling) Islands|CD DR Congo|CD Congo (Kinshasa)|CD Democratic Republic of the Congo
CD Congo, The Democratic Republic of the|CD Congo, Democratic Republic of the
CF Central African Republic|CG Congo|CG Congo (Brazzaville)|CG Republic of the Congo
CG Congo Republic|CH Switzerland|CI Ivory Coast|CI Côte d'Ivoire|CI Cote d'Ivoire|CI Cote D'Ivoire
CK Cook Islands|CL Chile|CM Cameroon|CN China|CN People's Republic of China|CO Colombia
CR Costa Rica|CU Cuba|CV Cabo Verde|CV Cape Verde|CW Curaçao|CW Curacao|CX Christmas Island
CY Cyprus|CZ Czechia|CZ Czech Republic|DE Germany|DJ Djibouti|DK Denmark|DM Dominica
DO Dominican Republic|DZ Algeria|EC Ecuador|EE Estonia|EG Egypt|EH Western Sahara|ER Eritrea
ES Spain|ET Ethiopia|FI Finland|FJ Fiji|FK Falkland Islands|FK Falkland Islands (Malvinas)
FM Micronesia|FM Federated States of Micronesia|FM Micronesia, Federated States of|FO Faroe Islands
FR France|GA Gabon|GB United Kingdom|GB Great Britain|GD Grenada|GE Georgia|GF French Guiana
GG Guernsey|GH Ghana|GI Gibraltar|GL Greenland|GM Gambia|GM The Gambia|GN Guinea|GP Guadeloupe
GQ Equatorial Guinea|GR Greece|GS South Georgia and the South Sandwich Islands|GT Guatemala|GU Guam
GW Guinea-Bissau|GY Guyana|HK Hong Kong|HM Heard Island and McDonald Islands|HN Honduras|HR Croatia
HT Haiti|HU Hungary|ID Indonesia|IE Ireland|IE Republic of Ireland|IL Israel|IM Isle of Man|IN India
IO British Indian Ocean Territory|IQ Iraq|IR Iran|IR Iran, Islamic Republic of
IR Iran (Islamic Republic of)|IS Iceland|IT Italy|JE Jersey|JM Jamaica|JO Jordan|JP Japan|KE Kenya
KG Kyrgyzstan|KH Cambodia|KI Kiribati|KM Comoros|KN Saint Kitts and Nevis|KN St Kitts and Nevis
KP North Korea|KP Korea, Democratic People's Republic of|KR South Korea|KR Korea, Republic of
KR Republic of Korea|KW Kuwait|KY Cayman Islands|KZ Kazakhstan|LA Laos
LA Lao People's Democratic Republic|LB Lebanon|LC Saint Lucia|LC St Lucia|LI Liechtenstein
LK Sri Lanka|LR Liberia|LS Lesotho|LT Lithuania|LU Luxembourg|LV Latvia|LY Libya|MA Morocco
MC Monaco|MD Moldova|MD Republic of Moldova|MD Moldova, Republic of|ME Montenegro|MF Saint Martin
MF Saint Martin (French part)|MG Madagascar|MH Marshall Islands|MK North Macedonia|MK Macedonia
ML Mali|MM Myanmar|MM Myanmar (Burma)|MN Mongolia|MO Macao|MO Macau|MP Northern Mariana Islands
MQ Martinique|MR Mauritania|MS Montserrat|MT Malta|MU Mauritius|MV Maldives|MW Malawi|MX Mexico
MY Malaysia|MZ Mozambique|NA Namibia|NC New Caledonia|NE Niger|NF Norfolk Island|NG Nigeria
NI Nicaragua|NL Netherlands|NL The Netherlands|NL Kingdom of the Netherlands|NO Norway|NP Nepal
NR Nauru|NU Niue|NZ New Zealand|OM Oman|PA Panama|PE Peru|PF French Polynesia|PG Papua New Guinea
PH Philippines|PK Pakistan|PL Poland|PM Saint Pierre and Miquelon|PN Pitcairn|PN Pitcairn Islands
PR Puerto Rico|PS Palestine|PS Palestinian Territory|PS State of Palestine|PS Palestine, State of
PS Palestinian Territory, Occupied|PT Portugal|PW Palau|PY Paraguay|QA Qatar|RE Réunion|RE Reunion
RO Romania|RS Serbia|RU Russia|RU Russian Federation|RW Rwanda|SA Saudi Arabia|SB Solomon Islands
SC Seychelles|SD Sudan|SE Sweden|SG Singapore|SH Saint Helena
SH Saint Helena, Ascension and Tristan da Cunha|SI Slovenia|SJ Svalbard and Jan Mayen|SK Slovakia
SL Sierra Leone|SM San Marino|SN Senegal|SO Somalia|SR Suriname|SS South Sudan
ST São Tomé and Príncipe|ST Sao Tome and Principe|SV El Salvador|SX Sint Maarten
SX Sint Maarten (Dutch part)|SY Syria|SY Syrian Arab Republic|SZ Eswatini|SZ Swaziland
TC Turks and Caicos Islands|TD Chad|TF French Southern Territories|TG Togo|TH Thailand|TJ Tajikistan
TK Tokelau|TL Timor-Leste|TL East Timor|TM Turkmenistan|TN Tunisia|TO Tonga|TR Türkiye|TR Turkey
TR Turkiye|TT Trinidad and Tobago|TV Tuvalu|TW Taiwan|TW Taiwan, Province of China|TZ Tanzania
TZ Tanzania, United Republic of|TZ United Republic of Tanzania|UA Ukraine|UG Uganda
UM United States Minor Outlying Islands|UM U.S. Minor Outlying Islands|US United States
US United States of America|UY Uruguay|UZ Uzbekistan|VA Vatican City|VA Holy See
VA Holy See (Vatican City State)|VC Saint Vincent and the Grenadines|VC St Vincent and Grenadines
VE Venezuela|VE Venezuela, Bolivarian Republic of|VG British Virgin Islands
VG Virgin Islands, British|VI U.S. Virgin Islands|VI Virgin Islands, U.S.|VN Vietnam|VN Viet Nam
VU Vanuatu|WF Wallis and Futuna|WS Samoa|XK Kosovo|YE Yemen|YT Mayotte|ZA South Africa|ZM Zambia
ZW Zimbabwe
"""

COUNTRY_CODES: dict[str, str] = {entry[3:]: entry[:2] for entry in _NAMES.replace("\n", "|").split("|") if entry}
"""Name to code; several spellings of a country stand side by side. Kosovo has the user-assigned XK."""

COUNTRY_CODES |= {code: code for code in COUNTRY_CODES.values()}
