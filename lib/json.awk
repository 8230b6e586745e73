# SPDX-License-Identifier: ISC
# json - a JSON text as lines "PATH VALUE", as "/layers/0/digest sha256:..."
#
# The names in objects and the numbers in arrays make the path. Names and values are written so that
# the %b of printf(1) undoes it: a backslash is \\, a control is \n, \t and so on, or \0ooo; in a
# name so are the blank and the slash. What is null is left out. The status is 1 where the text is
# no JSON, has a name twice in one object, or a character 0.
#
# It stands between single quotes in a script, and so has none itself.

function fail() { exit 1 }
function skip() { while (at <= size && index(" \t\r\n", substr(text, at, 1))) at++ }
function take(c) { skip(); return substr(text, at, 1) == c ? at++ : 0 }
function must(c) { if (!take(c)) fail() }

# A character in UTF-8.
function utf8(n) {
	if (n == 92) return "\\\\"
	if (n < 32 || n == 127) return sprintf("\\0%03o", n)
	if (n < 128) return sprintf("%c", n)
	if (n < 2048) return sprintf("%c%c", 192 + int(n / 64), 128 + n % 64)
	if (n < 65536) return sprintf("%c", 224 + int(n / 4096)) tail(n)
	return sprintf("%c%c", 240 + int(n / 262144), 128 + int(n / 4096) % 64) tail(n)
}
function tail(n) { return sprintf("%c%c", 128 + int(n / 64) % 64, 128 + n % 64) }

function hex4(  i, n, digit) {
	for (i = n = 0; i < 4; i++) {
		digit = at > size ? 0 : index("0123456789abcdef", tolower(substr(text, at++, 1)))
		if (!digit) fail()
		n = n * 16 + digit - 1
	}
	return n
}

# What follows \u: one number, or with another \u two halves of one character. Half of one is none.
function unicode(  high, low) {
	high = hex4()
	if (!high) fail()
	if (high < 55296 || high > 57343) return utf8(high)
	if (high > 56319 || substr(text, at, 2) != "\\u") return utf8(65533)
	at += 2
	low = hex4()
	if (low >= 56320 && low <= 57343)
		return utf8((high - 55296) * 1024 + low - 56320 + 65536)
	at -= 6
	return utf8(65533)
}

function string(  out, c) {
	must("\"")
	while ((c = substr(text, at++, 1)) != "\"") {
		if (c < " ") fail() # a control, or the end of the text
		if (c != "\\") {
			out = out (c == "\177" ? "\\0177" : c)
			continue
		}
		c = substr(text, at++, 1)
		if (c == "u") out = out unicode()
		else if (c == "\"" || c == "/") out = out c
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

function object(path, depth,  key) {
	if (take("}")) return
	do {
		key = path "/" name()
		if (key in seen) fail()
		seen[key]
		must(":")
		value(key, depth)
	} while (take(","))
	must("}")
}

function array(path, depth,  n) {
	if (take("]")) return
	n = 0
	do value(path "/" n++, depth); while (take(","))
	must("]")
}

function value(path, depth) {
	if (depth > 64) fail()
	if (take("{")) object(path, depth + 1)
	else if (take("[")) array(path, depth + 1)
	else if (substr(text, at, 1) == "\"") print path " " string()
	else if (match(substr(text, at, 64), word)) {
		if (substr(text, at, 4) != "null") print path " " substr(text, at, RLENGTH)
		at += RLENGTH
	} else fail()
}

{ text = text $0 "\n" }
END {
	word = "^(true|false|null|-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?)"
	size = length(text)
	at = 1
	value("", 0)
	skip()
	if (at <= size) fail()
}
