import { createHash } from 'node:crypto'

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

/** Base58Check: 21 bytes and the first four of their double SHA-256. */
function isBase58Check(text: string): boolean {
  let number = 0n
  for (const character of text) {
    const value = BASE58.indexOf(character)
    if (value < 0) return false
    number = number * 58n + BigInt(value)
  }
  if (number >= 1n << 200n) return false
  const bytes = Buffer.from(number.toString(16).padStart(50, '0'), 'hex')
  return sha256(sha256(bytes.subarray(0, 21)))
    .subarray(0, 4)
    .equals(bytes.subarray(21))
}

/** Bech32 and Bech32m with the prefix bc (BIP 173, BIP 350). */
function isBech32(text: string): boolean {
  const values = Array.from(text.toLowerCase().slice(3), (character) => BECH32.indexOf(character))
  if (values.includes(-1)) return false
  let check = 1
  // The prefix "bc", expanded: high bits, zero, low bits.
  for (const value of [3, 3, 0, 2, 3, ...values]) {
    const top = check >>> 25
    check = ((check & 0x1ffffff) << 5) ^ value
    GENERATORS.forEach((generator, bit) => {
      if ((top >>> bit) & 1) check ^= generator
    })
  }
  return check === 1 || check === 0x2bc830a3
}

/** How sure a match is: Bitcoin addresses carry a checksum, of Ethereum's the length says most. */
export function rateCryptoAddress(match: string): number {
  if (/^0x/i.test(match)) return 0.85
  if (/^bc1/i.test(match)) return isBech32(match) ? 0.97 : 0
  return isBase58Check(match) ? 0.97 : 0
}
