// Package i18n holds the texts the server shows to people, in English,
// Simplified Chinese (zh-CN) and Traditional Chinese as used in Taiwan (zh-TW).
//
// The texts are in en.json, zh-CN.json and zh-TW.json: flat dotted keys, sorted.
// All three have the same keys and the same placeholders; a test holds them to
// it. The texts of faults are under "fault.", those of field faults under
// "field.". A text may hold:
//
//	{name}                 the parameter called name
//	{limit:size}           a number of bytes, written as "25 MB"
//	{count|ticket|tickets} the first word if the parameter is 1, else the second
//
// The package is stateless and safe for concurrent use.
package i18n
