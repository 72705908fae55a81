// Package sms counts, splits and encodes short texts, and makes the wire form that keeps them cheap.
//
// A text is kept in its language's right spelling. What travels is made from it by one function, Wire, when it is
// sent; Measure says what the result costs and which characters make it dear; Split shows the parts that a network
// makes of it. A text on the air is either GSM-7 (160 septets alone, 153 in a part of several) or UCS-2 (70 units of
// UTF-16 alone, 67 in a part): one ɛ, ê or ’ changes the whole text from the first to the second.
//
// Sources: the alphabet and its extension table are 3GPP TS 23.038 clause 6.2.1, parts are 3GPP TS 23.040 clause
// 9.2.3.24.1 with an 8-bit reference (an information element of 6 octets), USSD pages are 3GPP TS 23.038 clause
// 6.1.2.3. Code 0x09 is Ç, as TS 23.038 and the gateways have it; Unicode's GSM0338.TXT makes it ç, which most phones
// would show as Ç, so ç counts as outside the alphabet. The national shift tables (Turkish, Spanish, Portuguese,
// Indic) help no language of Mali and are not used.
//
// In Measure, Split and the encoders each byte of invalid UTF-8 counts as one U+FFFD, a UCS-2 character; Wire turns a
// run of such bytes into one U+FFFD. Nothing panics on them.
package sms
