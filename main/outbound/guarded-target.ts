import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { LookupFunction } from 'node:net'
import { WorkstationError } from '../errors'
import { isPublicAddress } from './public-address'

export type ResolvedAddress = { readonly address: string; readonly family: number }

/** All addresses of a host name. */
export type Resolver = (hostname: string) => Promise<readonly ResolvedAddress[]>

/** The system's own resolver, with every address it knows. */
export const resolveBySystem: Resolver = (hostname) => lookup(hostname, { all: true, order: 'verbatim' })

/** An address that was checked, and the only addresses that a connection to it may use. */
export type GuardedTarget = { readonly url: URL; readonly addresses: readonly ResolvedAddress[] }

/**
 * Reads an address that a person typed, without connecting to it.
 * @throws WorkstationError invalid when it is no http(s) address or carries credentials.
 */
export function parseTarget(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new WorkstationError('invalid', 'expected an address that begins with https:// or http://')
  }
  if (url.username !== '' || url.password !== '') {
    throw new WorkstationError('invalid', 'the address must not contain a user name or password')
  }
  return url
}

const bareHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').toLowerCase()

/** True for a host that was allowed by name or address, with or without its port. */
export function isAllowedHost(url: URL, allowedHosts: readonly string[]): boolean {
  const host = bareHost(url)
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  const bracketed = host.includes(':') ? `[${host}]` : host
  return allowedHosts.some((entry) => [host, bracketed, `${bracketed}:${port}`].includes(entry.toLowerCase()))
}

/**
 * Decides where a request may connect to, at the moment it is about to: one address outside the public internet among
 * those of the name is enough to refuse it. Spellings such as 2130706433, 0x7f.1 or 0177.0.0.1 are IPv4 addresses to
 * `URL`, which writes them out before this looks at them.
 * @throws WorkstationError forbidden naming the host and address; invalid for an address that is not one; not_ready
 * when the name cannot be resolved.
 */
export async function guardTarget(
  text: string,
  { allowedHosts, resolve }: { readonly allowedHosts: readonly string[]; readonly resolve: Resolver },
): Promise<GuardedTarget> {
  const url = parseTarget(text)
  const host = bareHost(url)
  const family = isIP(host)
  const addresses = family === 0 ? await resolveName(host, resolve) : [{ address: host, family }]
  const refused = addresses.find(({ address }) => !isPublicAddress(address))
  if (refused !== undefined && !isAllowedHost(url, allowedHosts)) {
    const leads = refused.address === host ? '' : ` leads to ${refused.address}, which`
    throw new WorkstationError(
      'forbidden',
      `${host}${leads} is not on the public internet; allow ${url.host} in the settings to send there`,
    )
  }
  return { url, addresses }
}

/** Answers every question for an address with the ones that were checked. */
export function pinAddresses(target: GuardedTarget): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = target.addresses
    if (options.all === true) callback(null, [...target.addresses])
    else callback(null, first?.address ?? '', first?.family ?? 4)
  }
}

async function resolveName(host: string, resolve: Resolver): Promise<readonly ResolvedAddress[]> {
  const addresses = await resolve(host).catch((error: unknown) => {
    throw new WorkstationError('not_ready', `the name ${host} cannot be resolved`, { cause: error })
  })
  if (addresses.length === 0) throw new WorkstationError('not_ready', `the name ${host} has no address`)
  return addresses
}
