/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLATTR_H
#define MAIL_HTMLATTR_H

/*
 * The attributes that something is read from, as numbers: the name is looked
 * at once, when the tag is read, and not by everyone who asks for it.
 */

#include <stdint.h>

#include "base/str.h"

/* In the order of bytes. */
enum html_attr_name {
	ATTR_OTHER,
	ATTR_ACTION,
	ATTR_ALT,
	ATTR_BACKGROUND,
	ATTR_BGCOLOR,
	ATTR_CLASS,
	ATTR_COLOR,
	ATTR_CONTENT,
	ATTR_DATA,
	ATTR_DIR,
	ATTR_FORMACTION,
	ATTR_HIDDEN,
	ATTR_HREF,
	ATTR_HTTP_EQUIV,
	ATTR_ID,
	ATTR_IMAGESRCSET,
	ATTR_ON, /* "onclick" and whatever else begins so */
	ATTR_PLACEHOLDER,
	ATTR_POSTER,
	ATTR_SIZE,
	ATTR_SRC,
	ATTR_SRCDOC,
	ATTR_SRCSET,
	ATTR_STYLE,
	ATTR_TITLE,
	ATTR_TO,
	ATTR_TYPE,
	ATTR_VALUE,
	ATTR_VALUES,
	ATTR_XLINK_HREF,
	ATTR_NAMES
};

/* In a set of attributes. */
#define ATTR_BIT(name) (UINT32_C(1) << (name))

/* name is not empty; its case is no matter. */
enum html_attr_name html_attr_name_of(struct str name);

#endif
