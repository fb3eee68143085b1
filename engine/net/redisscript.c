/* SPDX-License-Identifier: Apache-2.0 */
/* The script; its arithmetic is that of storevalue.c. */
#include "net/redisscript.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

const struct str redis_script = STR_INIT(
"local function update(key, kind, me, mark, life, again, a, b, when, half,\n"
"    claim, token)\n"
"if kind == 'forget' then redis.call('DEL', key) return mark end\n"
"if kind == 'put' then\n"
"  if b == 'new' and redis.call('GET', key) then return mark end\n"
"  redis.call('SET', key, a, 'EX', life) return mark\n"
"end\n"
"if kind == 'diary' then\n"
"  redis.call('LPUSH', key, a)\n"
"  redis.call('LTRIM', key, 0, b)\n"
"  redis.call('EXPIRE', key, life) return mark\n"
"end\n"
"local held = claim and redis.call('GET', claim)\n"
"if held and string.sub(held, -#token) ~= token then\n"
"  return mark .. ' old'\n"
"end\n"
"local number = tonumber(mark, 36)\n"
"local n = kind == 'count' and 3 or 5\n"
"local f, marks, mine = {}, {}, false\n"
"for word in string.gmatch(redis.call('GET', key) or '', '[^ ]+') do\n"
"  f[#f + 1] = word\n"
"end\n"
"for i = n + 1, #f do\n"
"  local who, at = string.match(f[i], '^(%w+)=(%w+)$')\n"
"  at = at and tonumber(at, 36)\n"
"  if at and who == me then\n"
"    mine = true\n"
"    if at == number then return mark .. ' old' end\n"
"    if at > number and again == '1' then return mark .. ' old' end\n"
"    if at > number then mine = f[i] end\n"
"  elseif at and at > number - 3600000000 then\n"
"    marks[#marks + 1] = { at, f[i] }\n"
"  end\n"
"end\n"
"if #marks >= 32 then\n"
"  if again == '1' and not mine then return mark .. ' unsure' end\n"
"  local oldest = 1\n"
"  for i = 2, #marks do\n"
"    if marks[i][1] < marks[oldest][1] then oldest = i end\n"
"  end\n"
"  table.remove(marks, oldest)\n"
"end\n"
"local v = {}\n"
"for i = 1, n do v[i] = tonumber(f[i]) end\n"
"local text\n"
"if kind == 'count' then\n"
"  local now = math.floor(number / 1000000)\n"
"  if not (v[1] and v[2] and v[3]) then v = { 0, now, now } end\n"
"  text = string.format('%.0f %.0f %.0f', v[1] + a, v[2],\n"
"    math.max(v[3], now))\n"
"else\n"
"  local bad, good = tonumber(a), tonumber(b)\n"
"  when, half = tonumber(when), tonumber(half)\n"
"  if not (v[1] and v[2] and v[3] and v[4] and v[5]) then\n"
"    v = { 0, 0, when, 0, 0 }\n"
"  end\n"
"  local left = 1\n"
"  if when > v[3] then\n"
"    local old = 2 ^ ((v[3] - when) / half)\n"
"    v[1], v[2], v[3] = v[1] * old, v[2] * old, when\n"
"  else\n"
"    left = 2 ^ ((when - v[3]) / half)\n"
"  end\n"
"  v[1] = math.max(0, v[1] + bad * left)\n"
"  v[2] = math.max(0, v[2] + good * left)\n"
"  if bad > 0 or good > 0 then\n"
"    if v[4] == 0 or when < v[4] then v[4] = when end\n"
"    if when > v[5] then v[5] = when end\n"
"  end\n"
"  if v[4] == 0 then return mark end\n"
"  text = string.format('%.10g %.10g %.0f %.0f %.0f',\n"
"    v[1], v[2], v[3], v[4], v[5])\n"
"end\n"
"for i = 1, #marks do text = text .. ' ' .. marks[i][2] end\n"
"if mine == true or not mine then mine = me .. '=' .. mark end\n"
"redis.call('SET', key, text .. ' ' .. mine, 'EX', life)\n"
"return mark\n"
"end\n"
"local answers, at = {}, 1\n"
"for i = 1, #KEYS do\n"
"  local n = tonumber(ARGV[at])\n"
"  local worked, said = pcall(update, KEYS[i], unpack(ARGV, at + 1, at + n))\n"
"  if not worked then\n"
"    said = { err = type(said) == 'table' and said.err or tostring(said) }\n"
"  end\n"
"  answers[i], at = said, at + n + 1\n"
"end\n"
"return answers\n");

void
redis_script_sha(char text[static REDIS_SHA])
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_Digest(redis_script.p, redis_script.n, sum, &n, EVP_sha1(),
	    NULL) != 1)
		abort();
	for (unsigned i = 0; i < 20; i++)
		snprintf(text + 2 * i, 3, "%02x", sum[i]);
}
