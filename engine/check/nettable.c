/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libmaxminddb maps the files; we take three things out of them.  It maps a
 * copy of ours: a file that somebody cuts short or writes over would end the
 * process that looks into it.
 */
#include "check/nettable.h"

#include <errno.h>
#include <fcntl.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"

enum { TABLES_MOST = 8, PATH_BYTES = 4096, TEXT_MOST = 200,
	PIECE_BYTES = 64 * 1024, COPY_TEXT = 32, NAME_MOST = 64,
	SOURCE_BYTES = NAME_MOST + 20 };

/* 9999-12-31: a table may say anything. */
#define LAST_SECOND UINT64_C(253402300799)

struct net_tables {
	size_t n;
	struct net_table {
		MMDB_s file;
		char source[SOURCE_BYTES];
	} at[TABLES_MOST];
};

static bool
copy_all(int to, int from)
{
	char *piece = malloc(PIECE_BYTES);
	ssize_t n = -1;

	if (piece == NULL)
		abort();
	do
		n = read(from, piece, PIECE_BYTES);
	while (n > 0 && write(to, piece, (size_t)n) == n);
	free(piece);
	return n == 0;
}

/* A descriptor of what stands in the file now, or -1 with errno. */
static int
copy_of(const char *path)
{
	int from = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), to = -1;
	struct stat st;

	if (from < 0)
		return -1;
	if (fstat(from, &st) == 0 && !S_ISREG(st.st_mode))
		errno = EINVAL;
	else
		to = memfd_create("table", MFD_CLOEXEC);
	if (to >= 0 && !copy_all(to, from)) {
		close(to);
		to = -1;
	}
	close(from);
	return to;
}

/* What it calls itself, and for one that does not its file. */
static void
set_source(struct net_table *t, struct str path)
{
	const uint64_t built = t->file.metadata.build_epoch;
	struct str name = str_of(t->file.metadata.database_type);
	char day[16] = "";
	int n;

	if (name.n == 0)
		name = str_has(path, '/') ? str_from(path,
		    str_find_last(path, '/') + 1) : path;
	n = (int)str_head(name, NAME_MOST).n;
	if (built != 0 && built <= LAST_SECOND)
		day_format(day_of((int64_t)built), day);
	snprintf(t->source, sizeof(t->source), "%.*s%s%s", n, name.p,
	    day[0] == '\0' ? "" : " ", day);
}

static bool
open_one(struct net_table *table, struct str path, struct err *e)
{
	char name[PATH_BYTES], copy[COPY_TEXT];
	int fd, status;

	if (path.n >= sizeof(name))
		return err_set(e, "networks.tables: a name is too long");
	memcpy(name, path.p, path.n);
	name[path.n] = '\0';
	fd = copy_of(name);
	if (fd < 0)
		return err_set(e, "networks.tables: %s: %s", name,
		    strerror(errno));
	snprintf(copy, sizeof(copy), "/proc/self/fd/%d", fd);
	status = MMDB_open(copy, MMDB_MODE_MMAP, &table->file);
	close(fd);
	if (status != MMDB_SUCCESS)
		return err_set(e, "networks.tables: %s: %s", name,
		    MMDB_strerror(status));
	set_source(table, path);
	return true;
}

bool
net_tables_open(struct net_tables **out, const struct str *paths, size_t n,
    struct err *e)
{
	struct net_tables *t;

	if (n > TABLES_MOST)
		return err_set(e, "networks.tables: more than %d files",
		    TABLES_MOST);
	t = calloc(1, sizeof(*t));
	if (t == NULL)
		abort();
	for (; t->n < n; t->n++) {
		if (open_one(&t->at[t->n], paths[t->n], e))
			continue;
		net_tables_close(t);
		return false;
	}
	*out = t;
	return true;
}

void
net_tables_close(struct net_tables *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->n; i++)
		MMDB_close(&t->at[i].file);
	free(t);
}

static struct str
text_at(MMDB_entry_s *entry, const char *const *path)
{
	MMDB_entry_data_s data;

	if (MMDB_aget_value(entry, &data, path) != MMDB_SUCCESS ||
	    !data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING ||
	    data.data_size > TEXT_MOST)
		return STR("");
	return (struct str){ data.utf8_string, data.data_size };
}

static int64_t
number_at(MMDB_entry_s *entry, const char *const *path)
{
	MMDB_entry_data_s data;

	if (MMDB_aget_value(entry, &data, path) != MMDB_SUCCESS ||
	    !data.has_data)
		return 0;
	switch (data.type) {
	case MMDB_DATA_TYPE_UINT16:
		return data.uint16;
	case MMDB_DATA_TYPE_UINT32:
		return data.uint32;
	default:
		return 0;
	}
}

static bool
is_country(struct str s)
{
	return s.n == 2 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] >= 'A' &&
	    s.p[1] <= 'Z';
}

/* The names that MaxMind's and DB-IP's files have. */
static void
read_entry(MMDB_entry_s *entry, const char *source, struct net_entry *out)
{
	static const char *const asn[] =
	    { "autonomous_system_number", NULL };
	static const char *const operator[] =
	    { "autonomous_system_organization", NULL };
	static const char *const country[] = { "country", "iso_code", NULL };
	static const char *const registered[] =
	    { "registered_country", "iso_code", NULL };
	struct str found;

	if (out->asn == 0) {
		out->asn = number_at(entry, asn);
		out->operator = text_at(entry, operator);
		out->network_source = str_of(source);
	}
	if (out->country.n != 0)
		return;
	found = text_at(entry, country);
	if (found.n == 0)
		found = text_at(entry, registered);
	if (is_country(found)) {
		out->country = found;
		out->country_source = str_of(source);
	}
}

static MMDB_lookup_result_s
look_up(const MMDB_s *table, const struct addr *addr, int *error)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct sockaddr_in four = { .sin_family = AF_INET };
	const struct sockaddr *at = addr->family == 4
	    ? (const struct sockaddr *)&four
	    : (const struct sockaddr *)&six;

	memcpy(&four.sin_addr, addr->bytes, sizeof(four.sin_addr));
	memcpy(&six.sin6_addr, addr->bytes, sizeof(six.sin6_addr));
	return MMDB_lookup_sockaddr(table, at, error);
}

void
net_tables_find(const struct net_tables *t, const struct addr *addr,
    struct net_entry *out)
{
	MMDB_lookup_result_s found;
	int error;

	*out = (struct net_entry){ 0 };
	if (addr->family != 4 && addr->family != 6)
		return;
	for (size_t i = 0; i < t->n; i++) {
		error = MMDB_SUCCESS;
		found = look_up(&t->at[i].file, addr, &error);
		if (error == MMDB_SUCCESS && found.found_entry)
			read_entry(&found.entry, t->at[i].source, out);
	}
}
