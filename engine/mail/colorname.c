/* SPDX-License-Identifier: Apache-2.0 */
/* The named colours of CSS (Color 4, 6.1), by the alphabet. */
#include "mail/colorname.h"

#include "base/vec.h"

static const struct {
	struct str name;
	uint32_t rgb;
} names[] = {
	{ STR_INIT("aliceblue"), 0xf0f8ff },
	{ STR_INIT("antiquewhite"), 0xfaebd7 }, { STR_INIT("aqua"), 0x00ffff },
	{ STR_INIT("aquamarine"), 0x7fffd4 }, { STR_INIT("azure"), 0xf0ffff },
	{ STR_INIT("beige"), 0xf5f5dc }, { STR_INIT("bisque"), 0xffe4c4 },
	{ STR_INIT("black"), 0x000000 },
	{ STR_INIT("blanchedalmond"), 0xffebcd },
	{ STR_INIT("blue"), 0x0000ff }, { STR_INIT("blueviolet"), 0x8a2be2 },
	{ STR_INIT("brown"), 0xa52a2a }, { STR_INIT("burlywood"), 0xdeb887 },
	{ STR_INIT("cadetblue"), 0x5f9ea0 },
	{ STR_INIT("chartreuse"), 0x7fff00 },
	{ STR_INIT("chocolate"), 0xd2691e }, { STR_INIT("coral"), 0xff7f50 },
	{ STR_INIT("cornflowerblue"), 0x6495ed },
	{ STR_INIT("cornsilk"), 0xfff8dc }, { STR_INIT("crimson"), 0xdc143c },
	{ STR_INIT("cyan"), 0x00ffff }, { STR_INIT("darkblue"), 0x00008b },
	{ STR_INIT("darkcyan"), 0x008b8b },
	{ STR_INIT("darkgoldenrod"), 0xb8860b },
	{ STR_INIT("darkgray"), 0xa9a9a9 },
	{ STR_INIT("darkgreen"), 0x006400 },
	{ STR_INIT("darkgrey"), 0xa9a9a9 },
	{ STR_INIT("darkkhaki"), 0xbdb76b },
	{ STR_INIT("darkmagenta"), 0x8b008b },
	{ STR_INIT("darkolivegreen"), 0x556b2f },
	{ STR_INIT("darkorange"), 0xff8c00 },
	{ STR_INIT("darkorchid"), 0x9932cc },
	{ STR_INIT("darkred"), 0x8b0000 },
	{ STR_INIT("darksalmon"), 0xe9967a },
	{ STR_INIT("darkseagreen"), 0x8fbc8f },
	{ STR_INIT("darkslateblue"), 0x483d8b },
	{ STR_INIT("darkslategray"), 0x2f4f4f },
	{ STR_INIT("darkslategrey"), 0x2f4f4f },
	{ STR_INIT("darkturquoise"), 0x00ced1 },
	{ STR_INIT("darkviolet"), 0x9400d3 },
	{ STR_INIT("deeppink"), 0xff1493 },
	{ STR_INIT("deepskyblue"), 0x00bfff },
	{ STR_INIT("dimgray"), 0x696969 }, { STR_INIT("dimgrey"), 0x696969 },
	{ STR_INIT("dodgerblue"), 0x1e90ff },
	{ STR_INIT("firebrick"), 0xb22222 },
	{ STR_INIT("floralwhite"), 0xfffaf0 },
	{ STR_INIT("forestgreen"), 0x228b22 },
	{ STR_INIT("fuchsia"), 0xff00ff }, { STR_INIT("gainsboro"), 0xdcdcdc },
	{ STR_INIT("ghostwhite"), 0xf8f8ff }, { STR_INIT("gold"), 0xffd700 },
	{ STR_INIT("goldenrod"), 0xdaa520 }, { STR_INIT("gray"), 0x808080 },
	{ STR_INIT("green"), 0x008000 }, { STR_INIT("greenyellow"), 0xadff2f },
	{ STR_INIT("grey"), 0x808080 }, { STR_INIT("honeydew"), 0xf0fff0 },
	{ STR_INIT("hotpink"), 0xff69b4 }, { STR_INIT("indianred"), 0xcd5c5c },
	{ STR_INIT("indigo"), 0x4b0082 }, { STR_INIT("ivory"), 0xfffff0 },
	{ STR_INIT("khaki"), 0xf0e68c }, { STR_INIT("lavender"), 0xe6e6fa },
	{ STR_INIT("lavenderblush"), 0xfff0f5 },
	{ STR_INIT("lawngreen"), 0x7cfc00 },
	{ STR_INIT("lemonchiffon"), 0xfffacd },
	{ STR_INIT("lightblue"), 0xadd8e6 },
	{ STR_INIT("lightcoral"), 0xf08080 },
	{ STR_INIT("lightcyan"), 0xe0ffff },
	{ STR_INIT("lightgoldenrodyellow"), 0xfafad2 },
	{ STR_INIT("lightgray"), 0xd3d3d3 },
	{ STR_INIT("lightgreen"), 0x90ee90 },
	{ STR_INIT("lightgrey"), 0xd3d3d3 },
	{ STR_INIT("lightpink"), 0xffb6c1 },
	{ STR_INIT("lightsalmon"), 0xffa07a },
	{ STR_INIT("lightseagreen"), 0x20b2aa },
	{ STR_INIT("lightskyblue"), 0x87cefa },
	{ STR_INIT("lightslategray"), 0x778899 },
	{ STR_INIT("lightslategrey"), 0x778899 },
	{ STR_INIT("lightsteelblue"), 0xb0c4de },
	{ STR_INIT("lightyellow"), 0xffffe0 }, { STR_INIT("lime"), 0x00ff00 },
	{ STR_INIT("limegreen"), 0x32cd32 }, { STR_INIT("linen"), 0xfaf0e6 },
	{ STR_INIT("magenta"), 0xff00ff }, { STR_INIT("maroon"), 0x800000 },
	{ STR_INIT("mediumaquamarine"), 0x66cdaa },
	{ STR_INIT("mediumblue"), 0x0000cd },
	{ STR_INIT("mediumorchid"), 0xba55d3 },
	{ STR_INIT("mediumpurple"), 0x9370db },
	{ STR_INIT("mediumseagreen"), 0x3cb371 },
	{ STR_INIT("mediumslateblue"), 0x7b68ee },
	{ STR_INIT("mediumspringgreen"), 0x00fa9a },
	{ STR_INIT("mediumturquoise"), 0x48d1cc },
	{ STR_INIT("mediumvioletred"), 0xc71585 },
	{ STR_INIT("midnightblue"), 0x191970 },
	{ STR_INIT("mintcream"), 0xf5fffa },
	{ STR_INIT("mistyrose"), 0xffe4e1 },
	{ STR_INIT("moccasin"), 0xffe4b5 },
	{ STR_INIT("navajowhite"), 0xffdead }, { STR_INIT("navy"), 0x000080 },
	{ STR_INIT("oldlace"), 0xfdf5e6 }, { STR_INIT("olive"), 0x808000 },
	{ STR_INIT("olivedrab"), 0x6b8e23 }, { STR_INIT("orange"), 0xffa500 },
	{ STR_INIT("orangered"), 0xff4500 }, { STR_INIT("orchid"), 0xda70d6 },
	{ STR_INIT("palegoldenrod"), 0xeee8aa },
	{ STR_INIT("palegreen"), 0x98fb98 },
	{ STR_INIT("paleturquoise"), 0xafeeee },
	{ STR_INIT("palevioletred"), 0xdb7093 },
	{ STR_INIT("papayawhip"), 0xffefd5 },
	{ STR_INIT("peachpuff"), 0xffdab9 }, { STR_INIT("peru"), 0xcd853f },
	{ STR_INIT("pink"), 0xffc0cb }, { STR_INIT("plum"), 0xdda0dd },
	{ STR_INIT("powderblue"), 0xb0e0e6 }, { STR_INIT("purple"), 0x800080 },
	{ STR_INIT("rebeccapurple"), 0x663399 }, { STR_INIT("red"), 0xff0000 },
	{ STR_INIT("rosybrown"), 0xbc8f8f },
	{ STR_INIT("royalblue"), 0x4169e1 },
	{ STR_INIT("saddlebrown"), 0x8b4513 },
	{ STR_INIT("salmon"), 0xfa8072 }, { STR_INIT("sandybrown"), 0xf4a460 },
	{ STR_INIT("seagreen"), 0x2e8b57 }, { STR_INIT("seashell"), 0xfff5ee },
	{ STR_INIT("sienna"), 0xa0522d }, { STR_INIT("silver"), 0xc0c0c0 },
	{ STR_INIT("skyblue"), 0x87ceeb }, { STR_INIT("slateblue"), 0x6a5acd },
	{ STR_INIT("slategray"), 0x708090 },
	{ STR_INIT("slategrey"), 0x708090 }, { STR_INIT("snow"), 0xfffafa },
	{ STR_INIT("springgreen"), 0x00ff7f },
	{ STR_INIT("steelblue"), 0x4682b4 }, { STR_INIT("tan"), 0xd2b48c },
	{ STR_INIT("teal"), 0x008080 }, { STR_INIT("thistle"), 0xd8bfd8 },
	{ STR_INIT("tomato"), 0xff6347 }, { STR_INIT("turquoise"), 0x40e0d0 },
	{ STR_INIT("violet"), 0xee82ee }, { STR_INIT("wheat"), 0xf5deb3 },
	{ STR_INIT("white"), 0xffffff }, { STR_INIT("whitesmoke"), 0xf5f5f5 },
	{ STR_INIT("yellow"), 0xffff00 },
	{ STR_INIT("yellowgreen"), 0x9acd32 },
};

static int
order(struct str a, struct str lower)
{
	size_t i = 0;

	while (i < a.n && i < lower.n && ascii_lower(a.p[i]) == lower.p[i])
		i++;
	if (i == a.n || i == lower.n)
		return (i < a.n) - (i < lower.n);
	return ascii_lower(a.p[i]) < lower.p[i] ? -1 : 1;
}

bool
color_name_read(uint32_t *rgb, struct str name)
{
	size_t from = 0, to = nitems(names);

	while (from < to) {
		size_t i = (from + to) / 2;
		int is = order(name, names[i].name);

		if (is == 0) {
			*rgb = names[i].rgb;
			return true;
		}
		from = is < 0 ? from : i + 1;
		to = is < 0 ? i : to;
	}
	return false;
}
