/* SPDX-License-Identifier: Apache-2.0 */
/* Few options of its own; the rest are the settings by their names. */
#include "daemon/options.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/suggest.h"

enum flag { FLAG_FOREGROUND, FLAG_CHECK, FLAG_HELP, FLAG_VERSION,
	FLAG_CONFIG };

static const struct flag_row {
	enum flag flag;
	char letter;
	const char *name;
	const char *value;  /* what it takes, or NULL */
	const char *help;
} flags[] = {
	{ FLAG_FOREGROUND, 'f', "foreground", NULL,
	    "stay in the foreground" },
	{ FLAG_CONFIG, 'c', "config", "FILE", "read settings from FILE" },
	{ FLAG_CHECK, 't', "check", NULL,
	    "check the configuration and packs, then exit" },
	{ FLAG_HELP, 'h', "help", NULL, "show this" },
	{ FLAG_VERSION, 'V', "version", NULL, "show the version" },
};

/* The words not yet read. */
struct words {
	char **at;
	int n;
};

static const struct flag_row *
flag_of(struct str name, char letter)
{
	for (size_t i = 0; i < nitems(flags); i++) {
		if (letter != '\0' ? flags[i].letter == letter :
		    str_is(name, flags[i].name))
			return &flags[i];
	}
	return NULL;
}

/* An option may have "-" where a setting has "_". */
static bool
is_name(struct str option, const char *setting)
{
	struct str s = str_of(setting);

	if (option.n != s.n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (option.p[i] != s.p[i] &&
		    !(option.p[i] == '-' && s.p[i] == '_'))
			return false;
	}
	return true;
}

static const struct setting *
setting_of(struct str name)
{
	for (const struct setting *s = daemon_settings; s->name != NULL; s++) {
		if (is_name(name, s->name))
			return s;
	}
	return NULL;
}

static bool
unknown(struct str word, struct err *e)
{
	struct str best = { 0 }, name = word;

	while (str_skip(&name, STR("-")))
		;
	str_cut(name, '=', &name, &(struct str){ 0 });
	for (size_t i = 0; i < nitems(flags); i++)
		suggest_try(name, str_of(flags[i].name), &best);
	for (const struct setting *s = daemon_settings; s->name != NULL; s++)
		suggest_try(name, str_of(s->name), &best);
	if (best.n == 0)
		return err_set(e, "there is no option %" STR_FMT
		    "; see sekishod --help", STR_ARG(word));
	return err_set(e, "there is no option %" STR_FMT "; did you mean --%"
	    STR_FMT "?", STR_ARG(word), STR_ARG(best));
}

/* The value behind "=", or the next word. */
static bool
take_value(struct words *w, struct str word, bool has_value,
    struct str *value, struct err *e)
{
	if (has_value)
		return true;
	if (w->n == 0)
		return err_set(e, "%" STR_FMT " needs a value", STR_ARG(word));
	*value = str_of(w->at[0]);
	w->at++;
	w->n--;
	return true;
}

static void
set_flag(struct options *o, struct arena *a, enum flag flag, struct str value)
{
	switch (flag) {
	case FLAG_FOREGROUND:
		o->is_foreground = true;
		break;
	case FLAG_CHECK:
		o->is_check = true;
		break;
	case FLAG_HELP:
		o->wants_help = true;
		break;
	case FLAG_VERSION:
		o->wants_version = true;
		break;
	case FLAG_CONFIG:
		o->config = str_cstr(a, value);
		break;
	}
}

static bool
read_word(struct options *o, struct arena *a, struct words *w,
    struct str word, struct err *e)
{
	struct str name = word, value = { 0 };
	const struct flag_row *flag;
	const struct setting *row;
	bool has_value = false;
	char letter = '\0';

	if (str_skip(&name, STR("--")))
		has_value = str_cut(name, '=', &name, &value);
	else if (word.n == 2 && word.p[0] == '-')
		letter = word.p[1];
	else
		return err_set(e, "\"%" STR_FMT "\" is not an option; see "
		    "sekishod --help", STR_ARG(word));
	flag = flag_of(name, letter);
	if (flag != NULL && flag->value == NULL && has_value)
		return err_set(e, "--%s takes no value", flag->name);
	if (flag != NULL) {
		if (flag->value != NULL &&
		    !take_value(w, word, has_value, &value, e))
			return false;
		set_flag(o, a, flag->flag, value);
		return true;
	}
	row = letter == '\0' ? setting_of(name) : NULL;
	if (row == NULL)
		return unknown(word, e);
	if (!take_value(w, word, has_value, &value, e))
		return false;
	*VEC_ADD(a, &o->overrides) = (struct override){ row, value };
	return true;
}

bool
daemon_options_read(struct options *o, struct arena *a, int n, char **at,
    struct err *e)
{
	struct words w = { at, n };

	*o = (struct options){ 0 };
	while (w.n > 0) {
		struct str word = str_of(w.at[0]);

		w.at++;
		w.n--;
		if (!read_word(o, a, &w, word, e))
			return false;
	}
	return true;
}

void
daemon_options_help(struct buf *to)
{
	buf_add_str(to, STR("usage: sekishod [-f] [-c FILE] [--listen "
	    "http=ADDRESS:PORT] [--packs DIR] [--state DIR]\n"
	    "Scores mail against rule packs, over HTTP in rspamd's "
	    "protocol.\n\n"));
	for (size_t i = 0; i < nitems(flags); i++)
		buf_printf(to, "  -%c, --%-11s %-12s %s\n", flags[i].letter,
		    flags[i].name,
		    flags[i].value != NULL ? flags[i].value : "",
		    flags[i].help);
	buf_add_str(to, STR("\nSettings, here or in the configuration "
	    "file:\n\n"));
	for (const struct setting *s = daemon_settings; s->name != NULL; s++)
		buf_printf(to, "  --%-28s %s\n", s->name, s->help);
	buf_add_str(to, STR("\nSIGHUP loads the packs again, SIGTERM finishes "
	    "what was begun and ends.\n"));
}
