/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes of letters: what a value says, and what that is where it stands. */
#include "mail/stylesize.h"

#include "base/vec.h"
#include "mail/stylebox.h"

enum { ONE = 1000, SIZE_MOST = 1000000000 };

/* "0.0" is nothing, and "0.00001" is not, although it is written as that. */
static bool
is_zero(struct str value)
{
	for (size_t i = 0; i < value.n && ascii_lower(value.p[i]) != 'e'; i++)
		if (value.p[i] >= '1' && value.p[i] <= '9')
			return false;
	return true;
}

/* Thousandths of a pixel; 0 when that depends on more than the style. */
static uint32_t
pixels_of(struct str unit)
{
	static const struct {
		struct str name;
		uint32_t by;
	} units[] = {
		{ STR_INIT("pt"), 1333 },
		{ STR_INIT("pc"), 16000 }, { STR_INIT("in"), 96000 },
		{ STR_INIT("cm"), 37795 }, { STR_INIT("mm"), 3780 },
		{ STR_INIT("q"), 945 },
		/* of a window that is larger than any */
		{ STR_INIT("vw"), 100000 }, { STR_INIT("vh"), 100000 },
	};

	for (size_t i = 0; i < nitems(units); i++)
		if (str_eq(unit, units[i].name))
			return units[i].by;
	return 0;
}

static uint32_t
product(uint32_t n, uint32_t by)
{
	uint64_t all = ((uint64_t)n * by + ONE - 1) / ONE;

	return all < SIZE_MOST ? (uint32_t)all : SIZE_MOST;
}

/* "2em" or "50%"; no letter is wider than it is high. */
static bool
is_relative(struct str unit)
{
	return str_is(unit, "em") || str_is(unit, "%") ||
	    str_is(unit, "ex") || str_is(unit, "ch");
}

static struct style_size
size_of(uint32_t n, struct str unit)
{
	struct style_size size = { .is = STYLE_SHOWS };

	if (unit.n == 2 && unit.p[0] == 'p' && unit.p[1] == 'x') {
		size.by = n;
		if (n <= STYLE_SIZE_TINY)
			size.is = STYLE_HIDES;
	} else if (is_relative(unit)) {
		size.is = STYLE_AROUND;
		size.by = str_is(unit, "%") ? (n + 99) / 100 : n;
	} else if (pixels_of(unit) != 0) {
		size.by = product(n, pixels_of(unit));
		if (size.by <= STYLE_SIZE_TINY)
			size.is = STYLE_HIDES;
	}
	return size;
}

/* False: it is no word that says one. */
static bool
word_read(struct style_size *out, struct str value)
{
	static const struct {
		struct str name;
		uint32_t by; /* 0: like most text */
	} words[] = {
		{ STR_INIT("inherit"), STYLE_SIZE_SAME },
		{ STR_INIT("unset"), STYLE_SIZE_SAME },
		{ STR_INIT("revert"), STYLE_SIZE_SAME },
		{ STR_INIT("smaller"), 833 }, { STR_INIT("larger"), 1200 },
		{ STR_INIT("initial"), 0 }, { STR_INIT("revert-layer"), 0 },
		{ STR_INIT("xx-small"), 0 }, { STR_INIT("x-small"), 0 },
		{ STR_INIT("small"), 0 }, { STR_INIT("medium"), 0 },
		{ STR_INIT("large"), 0 }, { STR_INIT("x-large"), 0 },
		{ STR_INIT("xx-large"), 0 }, { STR_INIT("xxx-large"), 0 },
		{ STR_INIT("math"), 0 },
	};

	*out = (struct style_size){ .is = STYLE_SHOWS };
	for (size_t i = 0; i < nitems(words); i++)
		if (str_eq(value, words[i].name)) {
			out->by = words[i].by;
			out->is = out->by == 0 ? STYLE_SHOWS : STYLE_AROUND;
			return true;
		}
	/* "var(--x)", and what some client may know */
	return style_is_word(value) && (value.p[0] == '-' ||
	    str_has(value, '('));
}

/* Of "font" alone: those of the system. */
static bool
is_system_font(struct str value)
{
	static const struct str words[] = {
		STR_INIT("caption"), STR_INIT("icon"), STR_INIT("menu"),
		STR_INIT("message-box"), STR_INIT("small-caption"),
		STR_INIT("status-bar"),
	};

	return str_is_any(value, words, nitems(words));
}

bool
style_size_read(struct style_size *out, struct str value)
{
	struct str unit;
	int64_t n;

	if (!style_length(value, &n, &unit))
		return word_read(out, value);
	*out = (struct style_size){ .is = STYLE_HIDES };
	if (is_zero(value))
		return true;
	if (n < 0 || str_starts(value, STR("-")))
		return false;
	/* whatever size the page has */
	if (n == 0 && str_is(unit, "rem"))
		return true;
	n = n == 0 ? 1 : n < SIZE_MOST ? n : SIZE_MOST;
	*out = size_of((uint32_t)n, unit);
	return true;
}

/* Is that the size of a "font", and not its weight or style? */
static bool
is_font_size(struct str word)
{
	struct style_size size;
	struct str unit;
	int64_t n;

	word = str_head(word, str_find(word, '/'));
	return style_length(word, &n, &unit) ? unit.n != 0 || n < 100 * ONE :
	    word_read(&size, word);
}

/* "font: bold 0/0 a": a family must follow the size. */
bool
style_size_read_font(struct style_size *out, struct str value)
{
	struct str word;

	*out = (struct style_size){ .is = STYLE_SHOWS };
	if (is_system_font(value))
		return true;
	if (style_is_word(value))
		return word_read(out, value);
	while (str_next(&value, ' ', &word))
		if (is_font_size(word))
			return str_trim(value).n != 0 &&
			    style_size_read(out, str_head(word,
			    str_find(word, '/')));
	return false;
}

uint32_t
style_size_inside(struct style_size size, uint32_t around)
{
	switch (size.is) {
	case STYLE_UNSET:
		return around;
	case STYLE_AROUND:
		return product(around, size.by);
	case STYLE_SHOWS:
		return size.by == 0 ? STYLE_SIZE_PAGE : size.by;
	default:
		return size.by;
	}
}
