# SPDX-License-Identifier: ISC
# json - a JSON text as lines "PATH VALUE", as "/layers/0/digest sha256:...": the names in objects and
# the numbers in arrays make the path
#
# Both are written so that the %b of printf(1) undoes it: a backslash is \\, a control is \n, \t and so
# on or \0ooo; in a name so are the blank and the slash. What is null is left out. The status is 1
# where the text is no JSON, has a name twice in one object, or a character 0. The program stands
# between single quotes in a script, and so has none.

function fail() { exit 1 }
function skip() { while (index(" \t\r\n", substr(text, at, 1)) && at <= size) at++ }
function take(c) { skip(); return substr(text, at, 1) == c ? at++ : 0 }
function must(c) { if (!take(c)) fail() }
function utf8(n) {
	if (n < 128) return n == 92 ? "\\\\" : n > 31 && n < 127 ? sprintf("%c", n) : sprintf("\\0%03o", n)
	if (n < 2048) return sprintf("%c%c", 192 + int(n / 64), 128 + n % 64)
	if (n < 65536)
		return sprintf("%c%c%c", 224 + int(n / 4096), 128 + int(n / 64) % 64, 128 + n % 64)
	return sprintf("%c%c%c%c", 240 + int(n / 262144), 128 + int(n / 4096) % 64,
		128 + int(n / 64) % 64, 128 + n % 64)
}
function hex4(  i, n, d) {
	for (i = n = 0; i < 4; i++) {
		d = index("0123456789abcdef", tolower(substr(text, at++, 1)))
		if (!d || at > size) fail()
		n = n * 16 + d - 1
	}
	return n
}
function unicode(  high, low) { # \uXXXX, or two of them for one character; alone no half is one
	high = hex4()
	if (!high) fail()
	if (high < 55296 || high > 57343) return utf8(high)
	if (high > 56319 || substr(text, at, 2) != "\\u") return utf8(65533)
	at += 2
	low = hex4()
	if (low >= 56320 && low <= 57343) return utf8((high - 55296) * 1024 + low - 56320 + 65536)
	at -= 6
	return utf8(65533)
}
function string(  out, c) {
	must("\"")
	while ((c = substr(text, at++, 1)) != "\"") {
		if (c < " ") fail() # the end of the text, too
		if (c != "\\") { out = out (c == "\177" ? "\\0177" : c); continue }
		c = substr(text, at++, 1)
		if (c == "u") out = out unicode()
		else if (c ~ /^["\/]$/) out = out c
		else if (c ~ /^[\\bfnrt]$/) out = out "\\" c
		else fail()
	}
	return out
}
function name(  out) {
	out = string()
	gsub(/ /, "\\0040", out)
	gsub("/", "\\0057", out)
	return out
}
function value(path, depth,  n, key) {
	if (depth > 64) fail()
	if (take("{")) {
		if (take("}")) return
		do {
			skip()
			key = path "/" name()
			if (key in seen) fail()
			seen[key] = 1
			must(":")
			value(key, depth + 1)
		} while (take(","))
		must("}")
	} else if (take("[")) {
		if (take("]")) return
		n = 0
		do value(path "/" n++, depth + 1)
		while (take(","))
		must("]")
	} else if (substr(text, at, 1) == "\"") {
		print path " " string()
	} else if (match(substr(text, at, 64),
			/^(true|false|null|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?)/)) {
		if (substr(text, at, 4) != "null") print path " " substr(text, at, RLENGTH)
		at += RLENGTH
	} else fail()
}
{ text = text $0 "\n" }
END { size = length(text); at = 1; value("", 0); skip(); if (at <= size) fail() }
