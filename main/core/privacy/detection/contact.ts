import type { Detector } from './detector'
import { digitsOf, hasDigits } from './detector'
import { ratePhoneNumber } from './phone-number'

const STREET = String.raw`(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|way|place|pl|square|sq|terrace)`

const hasLetters = (text: string): boolean => /\p{L}{2}/u.test(text)

/** Ways to reach a person. */
export const CONTACT: readonly Detector[] = [
  {
    type: 'email',
    signs: ['@', '%40'],
    pattern: /[\p{L}\p{N}._%+'-]{1,64}(?:@|%40)(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}/gu,
    confidence: 0.95,
    hinted: 0.99,
    names: 'email e_mail mail email_address mail_address emails',
    nameOnly: 0.75,
  },
  {
    type: 'phone_number',
    digits: 7,
    // A dot before it would make it the fraction of a number.
    pattern: /(?<![\p{L}\p{N}.@-])(?:\+|\((?=\d{1,4}\)))?\d[\d\s()./\u00a0-]{4,22}\d(?![\p{L}\p{N}])/gu,
    accepts: ratePhoneNumber,
    hinted: 0.92,
    names:
      'phone phone_number telephone telephone_number tel mobile mobile_number cell cellphone cell_phone handy msisdn whatsapp',
    nameOnly: 0.75,
    texts: (text) => digitsOf(text).length >= 6,
    numbers: hasDigits(6, 15),
  },
  {
    type: 'fax_number',
    names: 'fax fax_number telefax',
    nameOnly: 0.85,
    texts: (text) => digitsOf(text).length >= 6,
    numbers: hasDigits(6, 15),
  },
  {
    type: 'address',
    digits: 1,
    pattern: new RegExp(
      String.raw`(?<![\p{L}\p{N}])\d{1,5}[a-z]? +(?:\p{Lu}[\p{L}'.-]{0,30} +){1,4}${STREET}(?![\p{L}\p{N}])` +
        String.raw`|(?<!\p{L})\p{Lu}[\p{L}-]{1,40}(?:straße|strasse|weg|platz|allee|gasse) +\d{1,4}[a-z]?(?!\p{N})`,
      'giu',
    ),
    confidence: 0.75,
    hinted: 0.9,
    names:
      'address street street_address address_line home_address postal_address residence addr strasse adresse direccion',
    exceptNames:
      'ip_address ip_addr mac_address email_address mail_address wallet_address crypto_address btc_address eth_address memory_address contract_address',
    nameOnly: 0.85,
    texts: (text) => text.length >= 5 && hasLetters(text),
  },
  {
    type: 'city',
    names: 'city town =place_of_residence birth_city',
    nameOnly: 0.6,
    texts: hasLetters,
  },
  {
    type: 'postal_code',
    names: 'zip zip_code zipcode postal_code postcode post_code plz pin_code pincode',
    nameOnly: 0.8,
    texts: (text) => /^[A-Z0-9][A-Z0-9 -]{2,9}$/i.test(text) && /\d/.test(text),
    numbers: hasDigits(3, 9),
  },
  {
    type: 'url',
    names:
      'homepage personal_website personal_url profile_url linkedin linkedin_url facebook_url twitter_url',
    nameOnly: 0.75,
  },
]
