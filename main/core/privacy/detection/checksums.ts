/** Check digits of the numbers that are recognised. All take the bare digits (or letters) without separators. */

const toDigits = (text: string): number[] => Array.from(text, Number)

const weigh = (digits: readonly number[], weights: readonly number[]): number =>
  weights.reduce((sum, weight, index) => sum + weight * (digits[index] ?? 0), 0)

/** Luhn: every second digit from the right doubled (ISO/IEC 7812-1, annex B). */
export function passesLuhn(text: string): boolean {
  let sum = 0
  for (let index = 0; index < text.length; index++) {
    const digit = text.charCodeAt(text.length - 1 - index) - 48
    const doubled = digit * 2
    sum += index % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/** ISO 7064 mod 97-10 over letters (A = 10) and digits: an IBAN with its first four characters moved to the end gives 1. */
export function modulo97(text: string): number {
  let rest = 0
  for (const character of text) {
    const value = Number.parseInt(character, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest
}

/** ISO 7064 mod 11,10 over all digits, the last being the check digit (German Steuer-ID). */
export function passesMod11And10(text: string): boolean {
  const digits = toDigits(text)
  let product = 10
  for (const digit of digits.slice(0, -1)) {
    const sum = (digit + product) % 10 || 10
    product = (sum * 2) % 11
  }
  return (11 - product) % 10 === digits.at(-1)
}

const VERHOEFF_PERMUTATION = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]

/** The product of two elements of the dihedral group of order 10. */
function multiply(left: number, right: number): number {
  if (left < 5) return right < 5 ? (left + right) % 5 : ((left + right) % 5) + 5
  return right < 5 ? ((left - right + 5) % 5) + 5 : (left - right + 5) % 5
}

/** Verhoeff's check over the dihedral group (J. Verhoeff 1969), used by Aadhaar. */
export function passesVerhoeff(text: string): boolean {
  let check = 0
  toDigits(text)
    .reverse()
    .forEach((digit, index) => {
      let permuted = digit
      for (let times = 0; times < index % 8; times++) permuted = VERHOEFF_PERMUTATION[permuted] ?? 0
      check = multiply(check, permuted)
    })
  return check === 0
}

/** ABA routing number: weights 3, 7, 1 (ANSI X9.100-160), and a district that exists. */
export function isRoutingNumber(text: string): boolean {
  const district = Number(text.slice(0, 2))
  const isDistrict =
    district <= 12 ||
    (district >= 21 && district <= 32) ||
    (district >= 61 && district <= 72) ||
    district === 80
  return isDistrict && text !== '000000000' && weigh(toDigits(text), [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0
}

/** Brazilian check digit: falling weights to 2, mod 11, 10 and 11 count as 0. */
function brazilianDigit(digits: readonly number[], weights: readonly number[]): number {
  const rest = weigh(digits, weights) % 11
  return rest < 2 ? 0 : 11 - rest
}

const isRepeated = (text: string): boolean => /^(\d)\1*$/.test(text)

export function isCpf(text: string): boolean {
  const digits = toDigits(text)
  return (
    digits.length === 11 &&
    !isRepeated(text) &&
    brazilianDigit(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) === digits[9] &&
    brazilianDigit(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) === digits[10]
  )
}

export function isCnpj(text: string): boolean {
  const digits = toDigits(text)
  return (
    digits.length === 14 &&
    !isRepeated(text) &&
    brazilianDigit(digits, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) === digits[12] &&
    brazilianDigit(digits, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) === digits[13]
  )
}

/** Weighted sum of all digits divisible by `modulus`. */
export function passesWeights(text: string, weights: readonly number[], modulus: number): boolean {
  return text.length === weights.length && weigh(toDigits(text), weights) % modulus === 0
}

const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE'

/** The letter that ends a Spanish DNI or NIE. */
export const letterOfDni = (number: number): string => DNI_LETTERS[number % 23] ?? ''

const ODD_VALUES = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
]

/** The letter that ends an Italian codice fiscale (DM 23.12.1976), from its first 15 characters. */
export function letterOfFiscalCode(body: string): string {
  const sum = Array.from(body).reduce((total, character, index) => {
    const value = /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65
    return total + (index % 2 === 0 ? (ODD_VALUES[value] ?? 0) : value)
  }, 0)
  return String.fromCharCode(65 + (sum % 26))
}

const VIN_VALUES = '0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ'

/** Vehicle number: transliterated, weighted, mod 11, at position 9 (49 CFR 565.15). */
export function isVin(text: string): boolean {
  const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]
  const sum = weights.reduce((total, weight, index) => {
    const value = VIN_VALUES.indexOf(text[index] ?? '') % 10
    return total + weight * value
  }, 0)
  const rest = sum % 11
  return text[8] === (rest === 10 ? 'X' : String(rest))
}
