package money_test

import (
	"errors"
	"testing"

	"heed/internal/kernel/money"
)

func TestACurrencyHasTheDecimalsOfISO4217(t *testing.T) {
	t.Parallel()
	for currency, want := range map[string]int{"CNY": 2, "TWD": 2, "USD": 2, "JPY": 0, "KRW": 0, "KWD": 3, "XOF": 0, "BHD": 3} {
		if got, ok := money.Digits(currency); !ok || got != want {
			t.Errorf("%s has %d decimals, %v", currency, got, ok)
		}
	}
	for _, none := range []string{"", "cny", "RMB", "NTD", "US", "USDX", "XXX", "Y U"} {
		if _, ok := money.Digits(none); ok {
			t.Errorf("%q is taken for a currency", none)
		}
	}
	seen := map[string]bool{}
	for _, c := range money.Currencies() {
		if seen[c] {
			t.Errorf("%s stands twice", c)
		}
		seen[c] = true
	}
}

func TestAmountsAreWrittenAndReadWithoutLoss(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		amount        money.Amount
		decimal, text string
	}{
		{money.Amount{Minor: 123450, Currency: "CNY"}, "1234.50", "¥1,234.50"},
		{money.Amount{Minor: 5, Currency: "USD"}, "0.05", "US$0.05"},
		{money.Amount{Minor: -5, Currency: "USD"}, "-0.05", "-US$0.05"},
		{money.Amount{Minor: 0, Currency: "EUR"}, "0.00", "€0.00"},
		{money.Amount{Minor: 1234567, Currency: "JPY"}, "1234567", "JP¥1,234,567"},
		{money.Amount{Minor: 1234567, Currency: "KWD"}, "1234.567", "KWD 1,234.567"},
		{money.Amount{Minor: 3280000000, Currency: "TWD"}, "32800000.00", "NT$32,800,000.00"},
	} {
		if got := tt.amount.Decimal(); got != tt.decimal {
			t.Errorf("%v is written %s", tt.amount, got)
		}
		if got := tt.amount.String(); got != tt.text {
			t.Errorf("%s is shown as %s", tt.decimal, got)
		}
		if got, err := money.Parse(tt.decimal, tt.amount.Currency); err != nil || got != tt.amount {
			t.Errorf("%s is read as %v, %v", tt.decimal, got, err)
		}
	}
}

func TestWhatPeopleTypeIsReadOrRefusedButNeverRounded(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text, currency string
		minor          int64
		err            error
	}{
		{" 1,234.5 ", "CNY", 123450, nil},
		{"12，800", "CNY", 1280000, nil},
		{"7", "JPY", 7, nil},
		{"7.00", "JPY", 7, nil},
		{"7.5", "JPY", 0, money.ErrDigits},
		{"1.005", "USD", 0, money.ErrDigits},
		{"1.2.3", "USD", 0, money.ErrFormat},
		{"", "USD", 0, money.ErrFormat},
		{".5", "USD", 0, money.ErrFormat},
		{"5.", "USD", 0, money.ErrFormat},
		{"+5", "USD", 0, money.ErrFormat},
		{"1e3", "USD", 0, money.ErrFormat},
		{"99999999999999999999", "USD", 0, money.ErrRange},
		{"5", "RMB", 0, money.ErrCurrency},
	} {
		got, err := money.Parse(tt.text, tt.currency)
		if !errors.Is(err, tt.err) || got.Minor != tt.minor {
			t.Errorf("%q %s: %v, %v", tt.text, tt.currency, got, err)
		}
	}
}
