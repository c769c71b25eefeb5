// Package money is an amount in a currency, exact: it counts the smallest unit
// that ISO 4217 gives the currency, and never touches a floating point number.
package money

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Amount is so many of the smallest units of a currency: {12550, "CNY"} is 125.50 yuan.
type Amount struct {
	Minor    int64
	Currency string // ISO 4217, three capitals
}

// The ways in which a text is no amount.
var (
	ErrCurrency = errors.New("money: no such currency")
	ErrFormat   = errors.New("money: not a number")
	ErrDigits   = errors.New("money: more decimals than the currency has")
	ErrRange    = errors.New("money: too large")
)

// The currencies of ISO 4217 in use, by how many decimals they have.
const (
	twoDigits = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK " +
		"DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR " +
		"LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD " +
		"SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW"
	noDigits    = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
	threeDigits = "BHD IQD JOD KWD LYD OMR TND"
)

// Digits tells how many decimals a currency has, false when there is no such currency.
func Digits(currency string) (int, bool) {
	if len(currency) != 3 {
		return 0, false
	}
	for digits, list := range []string{noDigits, "", twoDigits, threeDigits} {
		if slices.Contains(strings.Fields(list), currency) {
			return digits, true
		}
	}
	return 0, false
}

// Currencies lists all currencies, sorted.
func Currencies() []string {
	all := strings.Fields(noDigits + " " + twoDigits + " " + threeDigits)
	slices.Sort(all)
	return all
}

// symbols are written before the number where they are better known than the
// code. Three countries write ¥ or $; what is not told apart by the symbol
// keeps the code.
var symbols = map[string]string{
	"CNY": "¥", "TWD": "NT$", "HKD": "HK$", "USD": "US$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "KRW": "₩", "INR": "₹", "SGD": "S$", "AUD": "A$",
}

// Decimal writes the amount as a plain decimal number, "-1234.50", which Parse reads.
func (a Amount) Decimal() string {
	digits, _ := Digits(a.Currency)
	sign, n := "", uint64(a.Minor) //nolint:gosec // the sign is taken off below
	if a.Minor < 0 {
		sign, n = "-", -n
	}
	text := strconv.FormatUint(n, 10)
	if digits == 0 {
		return sign + text
	}
	if missing := digits + 1 - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	return sign + text[:len(text)-digits] + "." + text[len(text)-digits:]
}

// String writes the amount for people: "¥1,234.50", "CHF 20.00".
func (a Amount) String() string {
	text := a.Decimal()
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign, text = "-", text[1:]
	}
	whole, rest, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if rest != "" {
		whole += "." + rest
	}
	if s, ok := symbols[a.Currency]; ok {
		return sign + s + whole
	}
	return fmt.Sprintf("%s%s %s", sign, a.Currency, whole)
}

// Parse reads a decimal number with a point, as people type it: spaces and
// commas between thousands are left out. It never rounds: more decimals than
// the currency has are ErrDigits, unless they are zeros.
func Parse(text, currency string) (Amount, error) {
	digits, ok := Digits(currency)
	if !ok {
		return Amount{}, ErrCurrency
	}
	text = strings.NewReplacer(",", "", " ", "", "\u00a0", "", "，", "").Replace(strings.TrimSpace(text))
	negative := strings.HasPrefix(text, "-")
	text = strings.TrimPrefix(text, "-")
	whole, rest, point := strings.Cut(text, ".")
	if whole == "" || point && rest == "" || strings.ContainsFunc(whole+rest, func(r rune) bool { return r < '0' || r > '9' }) {
		return Amount{}, ErrFormat
	}
	rest = strings.TrimRight(rest, "0")
	if len(rest) > digits {
		return Amount{}, ErrDigits
	}
	n, err := strconv.ParseInt(whole+rest+strings.Repeat("0", digits-len(rest)), 10, 64)
	if err != nil || n > math.MaxInt64/100 {
		return Amount{}, ErrRange
	}
	if negative {
		n = -n
	}
	return Amount{n, currency}, nil
}
