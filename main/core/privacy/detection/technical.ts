import { isIPv6 } from 'node:net'
import type { Detector } from './detector'
import { digitsOf, hasDigits } from './detector'
import { passesLuhn } from './checksums'

const OCTET = String.raw`(?:25[0-5]|2[0-4]\d|1?\d?\d)`

function rateIp(match: string): number {
  if (!match.includes(':')) return /^(?:0|127|255)\./.test(match) ? 0.5 : 0.8
  if (!isIPv6(match)) return 0
  return match.split(':').filter((group) => group !== '').length >= 4 ? 0.9 : 0.5
}

function rateCoordinates(match: string): number {
  const [latitude, longitude] = match.split(/[,; ]+/).map(Number)
  return Math.abs(latitude ?? 91) <= 90 && Math.abs(longitude ?? 181) <= 180 ? 0.75 : 0
}

const isSecretText = (text: string): boolean => text.trim().length >= 3

/** What identifies a device or a place, and what opens a door. */
export const TECHNICAL: readonly Detector[] = [
  {
    type: 'ip_address',
    signs: ['.', ':'],
    // A version is written the same way, with a v in front.
    pattern: new RegExp(
      String.raw`(?<![\p{L}\p{N}.:])(?:(?:${OCTET}\.){3}${OCTET}(?![\p{L}\p{N}]|\.\d)|[0-9a-f]{0,4}:[0-9a-f:]{1,36}(?::${OCTET}(?:\.${OCTET}){3})?(?![\p{L}\p{N}:]))`,
      'giu',
    ),
    accepts: rateIp,
    hinted: 0.98,
    names: 'ip ip_address ip_addr ipv4 ipv6 client_ip remote_addr source_ip src_ip dst_ip',
    nameOnly: 0.7,
    texts: (text) => /[.:]/.test(text),
  },
  {
    type: 'mac_address',
    signs: [':', '-', '.'],
    pattern:
      /(?<![\p{L}\p{N}:-])(?:[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})(?![\p{L}\p{N}:-])/giu,
    accepts: (match) => (match.includes('.') ? (/[a-f]/i.test(match) ? 0.8 : 0.3) : 0.92),
    hinted: 0.98,
    names: 'mac mac_address mac_addr',
    nameOnly: 0.6,
  },
  {
    type: 'url_credentials',
    signs: ['://'],
    pattern: /[a-z][a-z0-9+.-]{1,15}:\/\/[^\s:@/]{1,64}:[^\s@/]{1,128}@[^\s"'<>]{0,2000}[^\s"'<>.,;:!?)\]]/gi,
    confidence: 0.97,
  },
  {
    type: 'device_id',
    names: 'device_id device_identifier idfa gaid android_id advertising_id serial_number udid',
    nameOnly: 0.75,
    numbers: Number.isSafeInteger,
  },
  {
    type: 'imei',
    digits: 15,
    pattern: /(?<![\p{L}\d-])\d{2}-?\d{6}-?\d{6}-?\d(?![\p{L}\d-])/gu,
    accepts: (match) => passesLuhn(digitsOf(match)),
    confidence: 0.3,
    hinted: 0.97,
    names: 'imei',
    nameOnly: 0.8,
    numbers: hasDigits(14, 16),
  },
  {
    type: 'cookie_id',
    names: 'session_id cookie cookie_id cookie_value tracking_id visitor_id',
    nameOnly: 0.75,
    numbers: Number.isSafeInteger,
  },
  { type: 'user_agent', names: 'user_agent useragent', nameOnly: 0.6 },
  {
    type: 'geo_coordinates',
    digits: 6,
    signs: ['.'],
    pattern: /(?<![\d.])-?\d{1,2}\.\d{3,12}[,;] ?-?\d{1,3}\.\d{3,12}(?![\d.])/g,
    accepts: rateCoordinates,
    hinted: 0.9,
    names: 'latitude longitude lat lon lng gps gps_coordinates geo_point coordinates geolocation',
    nameOnly: 0.8,
    texts: (text) => /^[-\d]/.test(text.trim()),
    numbers: (value) => Math.abs(value) <= 180,
  },
  {
    type: 'password',
    pattern: /(?<=\b(?:password|passwd|passphrase|pwd|passwort)\s{0,3}[:=]\s{0,3})[^\s,;"']{3,128}/giu,
    signs: [':', '='],
    confidence: 0.9,
    hinted: 0.97,
    names: 'password passwd passphrase pwd passwort secret user_secret pin_code =pin',
    exceptNames: 'zip_pin_code',
    nameOnly: 0.95,
    texts: isSecretText,
    numbers: hasDigits(4, 15),
  },
  {
    type: 'api_key',
    pattern:
      /(?<![\p{L}\p{N}])(?:(?:AKIA|ASIA)[0-9A-Z]{16}|(?:sk|pk|rk)[-_](?:live|test|proj|ant)[-_][\w-]{12,200}|sk-[A-Za-z0-9]{20,64}|gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_\w{40,255}|xox[abeprs]-[\w-]{10,200}|AIza[\w-]{35}|glpat-[\w-]{20,64}|npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{30,40}|SG\.[\w-]{16,64}\.[\w-]{16,64}|plb_(?:run_)?[\w-]{32})(?![\p{L}\p{N}])/gu,
    signs: ['_', '-', 'AKIA', 'ASIA', 'AIza', 'SG.'],
    confidence: 0.95,
    hinted: 0.99,
    names: 'api_key apikey secret_key access_key client_secret api_secret api_token',
    nameOnly: 0.9,
    texts: isSecretText,
  },
  {
    type: 'access_token',
    signs: ['eyJ', 'earer '],
    pattern:
      /(?<![\p{L}\p{N}])eyJ[\w-]{8,4000}\.eyJ[\w-]{8,4000}\.[\w-]{8,2000}|(?<=\b[Bb]earer )[\w.~+/-]{16,4000}=*/gu,
    confidence: 0.97,
    hinted: 0.99,
    names: 'access_token auth_token bearer_token session_token refresh_token id_token jwt authorization',
    nameOnly: 0.9,
    texts: isSecretText,
  },
  {
    type: 'private_key',
    signs: ['-----BEGIN'],
    pattern:
      /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{0,10000}?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g,
    confidence: 0.99,
    names: 'private_key',
    nameOnly: 0.95,
    texts: isSecretText,
  },
]
