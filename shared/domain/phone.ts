import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min';

/** A telephone number as E.164, `+919812345678`, and the part of it that is dialled within its country. */
export interface Phone {
  e164: string;
  national: string;
}

/**
 * The number that a text says; one without a country code is of the country given (two letters). Undefined when
 * no such number can exist.
 */
export function readPhone(text: string, country: string): Phone | undefined {
  const at = isSupportedCountry(country) ? (country as CountryCode) : undefined;
  const read = parsePhoneNumberFromString(text, { defaultCountry: at, extract: false });
  return read?.isValid() ? { e164: read.number, national: read.nationalNumber } : undefined;
}

/** The digits that dial a country from abroad, e.g. 91; undefined for one that has none. */
export function callingCodeOf(country: string): string | undefined {
  return isSupportedCountry(country) ? getCountryCallingCode(country) : undefined;
}

/** Whether telephone numbers of a country, two letters, can be read. */
export function hasPhones(country: string): boolean {
  return isSupportedCountry(country);
}
