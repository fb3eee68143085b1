# SPDX-License-Identifier: Apache-2.0
"""The rows of the acceptance table: every indicator of the five reports and
every system they name.  `open` says what a row, or the rest of it, needs;
the tests that show a row name it with @pytest.mark.row."""

from collections import namedtuple

Row = namedtuple("Row", "id part title open")

DNS = "DNS"
RECORDS = "records of domain age and vendor verdicts"
DRAFT = "drafting packs from reports"

BILLING = "Report 0: KAGOYA Billing"
ACTIVEMAIL = "Report 1: Kagoya Active! Mail"
ADVISORY = "Report 2: a hosting company's warning"
EKINET = "Report 3: Eki-net"
JCOM = "Report 4: J:COM"
SYSTEMS = "Systems and tools the reports name"


def part(title, rows):
    return [Row(row[0], title, row[1], row[2] if len(row) > 2 else None)
            for row in rows]


ROWS = part(BILLING, [
    ("S0-01", "subject known with a gateway tag in front, blank or not"),
    ("S0-02", "a gateway tag is told, and worth nothing",
     "weight for the tags of gateways that are trusted"),
    ("S0-03", "display name in unmatched curly quotes"),
    ("S0-04", "the name says KAGOYA, the address does not"),
    ("S0-05", "role name as local part"),
    ("S0-06", "HELO of a single label"),
    ("S0-07", "address of the host that handed the mail to ours"),
    ("S0-08", "reverse name made of the address"),
    ("S0-09", "hosting and country of the sending network"),
    ("S0-10", "age of the sender's domain, old is no excuse", RECORDS),
    ("S0-11", "several anchors, one target"),
    ("S0-12", "target inside an open redirect"),
    ("S0-13", "kit path on any host, outside or inside a redirect"),
    ("S0-14", "brand word in the path of a foreign link"),
    ("S0-15", "address and network of the link's host"),
    ("S0-16", "age of the link's domain at the date of the mail", RECORDS),
    ("S0-17", "what a report leaves open has a confidence, no more"),
    ("S0-18", "what the landing page was is carried as a note"),
    ("S0-19", "account tag: kir and digits"),
    ("S0-20", "phrases, so many of so many"),
    ("S0-21", "genuine links as camouflage"),
    ("S0-22", "time of the mail as evidence"),
    ("S0-23", "defanged and shortened indicators are read"),
    ("S0-24", "official warning page in the explanation"),
    ("S0-25", "source of each indicator"),
]) + part(ACTIVEMAIL, [
    ("S1-01", "a whole sentence as subject, again in the text"),
    ("S1-02", "display name in two closing curly quotes"),
    ("S1-03", "address of an innocent company, forged"),
    ("S1-04", "several official domains"),
    ("S1-05", "Received in bare form: HELO, reverse name, address"),
    ("S1-06", "tenant of a cloud, at home in Japan"),
    ("S1-07", "authentication decides, the address record does not", DNS),
    ("S1-08", "kit path and query key over plain http"),
    ("S1-09", "link carries the recipient's address"),
    ("S1-10", "registrant behind a privacy service: a note"),
    ("S1-11", "countries of link, sender and brand"),
    ("S1-12", "verdict of Google's report", RECORDS),
    ("S1-13", "verdict of Norton Safe Web", RECORDS),
    ("S1-14", "landing page imitates Active! mail: a note"),
    ("S1-15", "template word left unfilled"),
    ("S1-16", "phrases with dates and numbers that change"),
    ("S1-17", "brand in kana in the text, in Latin letters in the name"),
    ("S1-18", "a report all on one line"),
    ("S1-19", "advice may name the law", "optional text of packs"),
]) + part(ADVISORY, [
    ("S2-00", "a genuine warning that quotes eight samples"),
    ("S2-01", "official domain forged"),
    ("S2-02", "official domain as a directory of any host"),
    ("S2-03", "phrase with a number that changes"),
    ("S2-04", "no blank before the angle bracket"),
    ("S2-05", "mark-up left in a reported subject", DRAFT),
    ("S2-06", "subject with a date that changes"),
    ("S2-07", "official domain as second directory"),
    ("S2-08", "domain the brand never sends from"),
    ("S2-09", "subject with a bracketed date"),
    ("S2-10", "masked host and victim in a pattern"),
    ("S2-11", "subject with marks of any width"),
    ("S2-12", "official domain as a directory at any depth"),
    ("S2-13", "text alone, no link in sight"),
    ("S2-14", "page title an editor left behind"),
    ("S2-15", "phrases of a machine translation"),
    ("S2-16", "double slash and a system folder of WordPress"),
    ("S2-17", "one brand at the head, another at the foot"),
    ("S2-18", "copyright sign in any spelling"),
    ("S2-19", "masks are wild cards, never text"),
    ("S2-20", "comments of the reporter inside a sample", DRAFT),
    ("S2-21", "source and official notice"),
    ("S2-22", "an old campaign shows its age", "its last hit at this site"),
]) + part(EKINET, [
    ("S3-01", "gateway tag without a blank"),
    ("S3-02", "tag and authentication told apart"),
    ("S3-03", "brand in kana, half width, Latin letters"),
    ("S3-04", "random letters in the local part"),
    ("S3-05", "Received as qmail writes it, no reverse name"),
    ("S3-06", "sending network and country, with source and date"),
    ("S3-07", "countries a brand sends from"),
    ("S3-08", "sender's domain days old", RECORDS),
    ("S3-09", "top-level domain that does not fit the brand: a note"),
    ("S3-10", "anchor text with its target"),
    ("S3-11", "brand label with noise in a foreign host"),
    ("S3-12", "misspelt path, case kept"),
    ("S3-13", "the path stays when the host changes"),
    ("S3-14", "site and sender on one machine"),
    ("S3-15", "verdicts of three vendors", RECORDS),
    ("S3-16", "genuine site as camouflage",
     "genuine telephone numbers told"),
    ("S3-17", "a weak phrase is not enough"),
    ("S3-18", "landing page alive at the time: a note"),
    ("S3-19", "a reading of the reporter, no points"),
    ("S3-20", "report written by a machine", DRAFT),
    ("S3-21", "indicators out of a table", DRAFT),
]) + part(JCOM, [
    ("S4-01", "brand written JCOM, J:COM, full width, kana"),
    ("S4-02", "the brand's own domain in the envelope, forged"),
    ("S4-03", "HELO below the brand, no reverse name"),
    ("S4-04", "country of the sender"),
    ("S4-05", "three anchors, one target"),
    ("S4-06", "official host name in front of a foreign domain"),
    ("S4-07", "top-level domain .cn: a note, no points"),
    ("S4-08", "four countries in one mail"),
    ("S4-09", "the browser refused the page", RECORDS),
    ("S4-10", "the reader is no customer", "lists of services a site uses"),
    ("S4-11", "phrase no bill is worded in"),
    ("S4-12", "text and button disagree: a note"),
    ("S4-13", "official warning page"),
    ("S4-14", "time with a zone in brackets"),
]) + part(SYSTEMS, [
    ("T-01", "KAGOYA: brand and billing campaign"),
    ("T-02", "Active! mail: its campaign"),
    ("T-03", "control panel: note and path"),
    ("T-04", "KAGOYA's list of phishing mails as a campaign"),
    ("T-05", "domains of KAGOYA: official, customers', never used"),
    ("T-06", "the hosting company's warning is left alone"),
    ("T-07", "a second host's name in the template"),
    ("T-08", "Eki-net: brand and campaign"),
    ("T-09", "J:COM: brand and campaign"),
    ("T-10", "message source: hops of an .eml are shown"),
    ("T-11", "gateway's subject tag"),
    ("T-12", "Postfix's Received is read", "milter front-end"),
    ("T-13", "look-up of address, host, provider"),
    ("T-14", "country in words, never a map"),
    ("T-15", "WHOIS: date of registration", RECORDS),
    ("T-16", "registrant's privacy service: a note"),
    ("T-17", "address and reverse look-ups"),
    ("T-18", "classes of networks: hosting, cloud, access"),
    ("T-19", "Google's verdicts", RECORDS),
    ("T-20", "Norton's verdicts", RECORDS),
    ("T-21", "AdGuard's verdicts", RECORDS),
    ("T-22", "Trend Micro's verdicts", RECORDS),
    ("T-23", "the browser's warning", RECORDS),
    ("T-24", "a known open redirect"),
    ("T-25", "folders of a hacked WordPress"),
    ("T-26", "social accounts of the brand"),
    ("T-27", "reports written by a machine", DRAFT),
    ("T-28", "official warning pages, last in the explanation"),
    ("T-29", "the law on unsolicited mail", "optional text of packs"),
    ("T-30", "fake login pages: note and date, nothing fetched"),
    ("T-31", "the report itself: left alone as mail", DRAFT),
])
