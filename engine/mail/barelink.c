/* SPDX-License-Identifier: Apache-2.0 */
/* "example.com/x" and "example.com": sites that are named without a scheme. */
#include "mail/barelink.h"

#include <string.h>

#include <unicode/uchar.h>

#include "base/utf8.h"
#include "mail/host.h"
#include "mail/reach.h"
#include "mail/url.h"
#include "mail/urlfind.h"

/* A name that is none costs a look at the list of suffixes. */
enum { MISSES_MOST = 4096 };

static bool
is_name_byte(char c)
{
	return ascii_is_alnum(c) || c == '.' || c == '-';
}

/* Where the name in front of the slash at at begins; *end is where it ends, a
 * port left out. */
static size_t
bare_begin(const struct urlfind *f, size_t at, size_t *end)
{
	size_t begin = at;

	while (begin > f->from && ascii_is_digit(f->text.p[begin - 1]))
		begin--;
	if (begin == at || begin == f->from || f->text.p[begin - 1] != ':')
		begin = at + 1;
	*end = --begin;
	while (begin > f->from && *end - begin < REACH_HOST_MOST &&
	    is_name_byte(f->text.p[begin - 1]))
		begin--;
	return begin;
}

/* What stands in front of a name: nothing that makes it the rest of another
 * thing, be it an address, a path or what somebody masked. */
static bool
is_bare_front(const struct urlfind *f, size_t begin)
{
	uint32_t before = ' ';

	for (size_t at = begin > 4 ? begin - 4 : 0; at < begin;)
		before = utf8_next(f->text, &at);
	if (begin == 0)
		return true;
	if (before < 0x80)
		return !ascii_is_alnum((char)before) &&
		    strchr("@/\\.-_%*~=&?#+$", (int)before) == NULL;
	return !reach_is_mask(before) && (utf8_is_wide(before) ||
	    !u_isalnum((UChar32)before));
}

/* "example.com": two labels and more, the last one in letters. */
static bool
is_bare_name(struct urlfind *f, struct str name)
{
	size_t last = str_find_last(name, '.');

	if (last >= name.n || name.n - last < 3 || name.p[0] == '.' ||
	    name.p[0] == '-' || f->misses >= MISSES_MOST ||
	    str_find_str(name, STR("..")) < name.n)
		return false;
	for (size_t i = last + 1; i < name.n; i++)
		if (!ascii_is_alpha(name.p[i]) && !str_case_starts(str_from(
		    name, last + 1), STR("xn--")))
			return false;
	return true;
}

static bool
add_bare(struct urlfind *f, struct str raw)
{
	struct url u;

	raw = reach_trim(raw);
	if (!url_read(&u, f->arena, str_cat(f->arena, STR("http://"), raw)))
		return false;
	urlfind_put(f, &u, raw)->is_schemeless = true;
	return true;
}

/* "[example.com/x](https://example.com/x)": two links. */
static size_t
bracket(struct str s)
{
	size_t n = 0;

	while (n < s.n && strchr("[](){}", s.p[n]) == NULL)
		n++;
	return n;
}

/* The slash at at may end the name of a site without a scheme, to which mail
 * programs lead all the same; gives where the walk goes on. */
size_t
barelink_slash(struct urlfind *f, size_t at)
{
	size_t end, begin = bare_begin(f, at, &end);
	struct str name = str_sub(f->text, begin, end);

	if (!is_bare_name(f, name) || !is_bare_front(f, begin))
		return at + 1;
	if (!host_has_known_suffix(str_lower(f->arena, name))) {
		f->misses++;
		return at + 1;
	}
	end = at + bracket(str_sub(f->text, at, reach_tail(f->text, at)));
	add_bare(f, str_sub(f->text, begin, end));
	f->from = end;
	return end;
}

/* Ends of names that mail programs take for a site when nothing else says so,
 * and that no file and no word behind a missing blank has. */
static bool
is_common_end(struct str label)
{
	static const struct str ends[] = {
		STR_INIT("com"), STR_INIT("net"), STR_INIT("org"),
		STR_INIT("jp"), STR_INIT("cn"), STR_INIT("info"),
		STR_INIT("biz"), STR_INIT("xyz"), STR_INIT("icu"),
		STR_INIT("shop"), STR_INIT("vip"), STR_INIT("cfd"),
		STR_INIT("sbs"), STR_INIT("cyou"), STR_INIT("buzz"),
		STR_INIT("hk"), STR_INIT("tw"), STR_INIT("kr"),
		STR_INIT("ru"), STR_INIT("uk"), STR_INIT("de"),
	};

	return str_is_any(label, ends, nitems(ends));
}

/* A name that stands at no end of a sentence: of three labels, or with a dash
 * or digit.  "com.example.app" is one of a program. */
static bool
is_marked(struct str name)
{
	bool is_marked = str_count(name, '.') > 1 || str_has(name, '-');

	for (size_t i = 0; i < name.n; i++)
		is_marked |= ascii_is_digit(name.p[i]);
	return is_marked && !str_case_starts(name, STR("com.")) &&
	    str_digits(name) < str_find(name, '.');
}

/* Those that are words, or a file's. */
static bool
is_wordy_end(struct str label)
{
	static const struct str ends[] = {
		STR_INIT("top"), STR_INIT("online"), STR_INIT("site"),
		STR_INIT("click"), STR_INIT("live"), STR_INIT("work"),
		STR_INIT("link"), STR_INIT("store"), STR_INIT("space"),
		STR_INIT("fun"), STR_INIT("club"), STR_INIT("website"),
		STR_INIT("support"), STR_INIT("today"), STR_INIT("cc"),
		STR_INIT("tk"), STR_INIT("pw"), STR_INIT("ga"),
		STR_INIT("cf"), STR_INIT("gq"), STR_INIT("ml"),
		STR_INIT("io"), STR_INIT("dev"), STR_INIT("app"),
		STR_INIT("me"), STR_INIT("co"), STR_INIT("eu"),
		STR_INIT("us"), STR_INIT("fr"), STR_INIT("it"),
		STR_INIT("nl"), STR_INIT("ch"), STR_INIT("br"),
		STR_INIT("in"), STR_INIT("au"), STR_INIT("asia"),
		STR_INIT("pro"), STR_INIT("mobi"), STR_INIT("tech"),
		STR_INIT("rest"), STR_INIT("bond"), STR_INIT("lol"),
	};

	return str_is_any(label, ends, nitems(ends));
}

/* What may not follow: it makes the name a part of something else. */
static bool
is_bare_back(struct str rest)
{
	/* ":8080" */
	if (rest.n > 1 && rest.p[0] == ':')
		return ascii_is_digit(rest.p[1]);
	return rest.n == 0 || strchr("@_/\\:=%*~[]({$", rest.p[0]) == NULL;
}

/* ":8080" behind a name, up to its end or what goes on as a link does; a time
 * has another colon, and a year its sign right behind it. */
static size_t
port_span(struct str s)
{
	size_t n = 1;

	if (s.n < 2 || s.p[0] != ':')
		return 0;
	while (n < s.n && ascii_is_digit(s.p[n]))
		n++;
	return n > 1 && (n == s.n || ascii_is_space(s.p[n]) ||
	    strchr("/?#)]>\"',.;", s.p[n]) != NULL) ? n : 0;
}

/* Where what stands behind a name at end is over: "example.com:8080/x",
 * "example.com?x=1", "example.com#x".  "Seen example.com?" is a question. */
static size_t
behind_name(struct str text, size_t end)
{
	size_t at = end + port_span(str_from(text, end));
	struct str rest = str_from(text, at);

	if (rest.n > 1 && (rest.p[0] == '/' || ((rest.p[0] == '?' ||
	    rest.p[0] == '#') && (ascii_is_alnum(rest.p[1]) ||
	    strchr("/!%&_", rest.p[1]) != NULL))))
		return at + bracket(str_sub(text, at, reach_tail(text, at)));
	return rest.n == 1 && rest.p[0] == '/' ? at + 1 : at;
}

/* The dot at at may stand in "example.com" alone; gives where the walk goes
 * on. */
size_t
barelink_dot(struct urlfind *f, size_t at)
{
	size_t begin = at, end = at + 1;
	struct str name, label;

	while (begin > f->from && at - begin < REACH_HOST_MOST &&
	    is_name_byte(f->text.p[begin - 1]))
		begin--;
	/* all of it, that the next dot is not in the same */
	while (end < f->text.n && is_name_byte(f->text.p[end]))
		end++;
	if (end - begin > REACH_HOST_MOST)
		return end;
	name = str_sub(f->text, begin, end);
	while (str_ends(name, STR(".")))
		name.n--;
	label = str_from(name, str_find_last(name, '.') + 1);
	if (ascii_lower(label.p[0]) != label.p[0] && is_marked(name))
		label = str_lower(f->arena, label); /* as telephones write */
	if ((!is_common_end(label) && !(is_wordy_end(label) &&
	    is_marked(name))) || !is_bare_name(f, name) ||
	    !is_bare_front(f, begin) ||
	    !is_bare_back(str_from(f->text, begin + name.n)) ||
	    !host_has_known_suffix(str_lower(f->arena, name)))
		return end;
	at = behind_name(f->text, begin + name.n);
	if (!add_bare(f, str_sub(f->text, begin, at)))
		add_bare(f, name); /* ":99999" */
	f->from = at > end ? at : end;
	return f->from;
}
