import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** The only block of IPv6 that is given out for the public internet (RFC 4291 §2.4, IANA registry). */
const GLOBAL_V6 = ipaddr.parseCIDR('2000::/3')

/**
 * Whether an address lies on the public internet. Private, loopback, link-local, carrier-grade NAT, multicast,
 * documentation and reserved blocks do not (IANA special-purpose registries), nor do the IPv6 forms that carry an
 * IPv4 address inside: mapped, compatible, NAT64, 6to4 and Teredo lead to wherever the inner address is.
 * A text that is no address is not public.
 */
export function isPublicAddress(text: string): boolean {
  // Stricter than the library, which also reads short forms such as 1.2.3.
  if (isIP(text) === 0) return false
  const address = ipaddr.parse(text)
  if (address.range() !== 'unicast') return false
  return address.kind() === 'ipv4' || address.match(GLOBAL_V6)
}
