import { WorkstationError } from '../../errors'
import { parseTarget } from '../../outbound/guarded-target'
import type { ChannelInput, MaskedChannel } from './alert-rule'

/** Where an alert is sent, in full. Never leaves the process but to that place. */
export type Channel =
  | { readonly id: string; readonly type: 'email'; readonly to: readonly string[] }
  | { readonly id: string; readonly type: 'slack'; readonly url: string }
  | { readonly id: string; readonly type: 'webhook'; readonly url: string; readonly secret: string }
  | { readonly id: string; readonly type: 'desktop' }

const MASK = '••••'
const isMasked = (text: string): boolean => text.includes('•')

/**
 * Hides what of an address could be a key: every part of a Slack webhook's path, and of other addresses the query and
 * the long parts of the path.
 */
export function maskUrl(text: string, type: 'slack' | 'webhook'): string {
  const url = parseTarget(text)
  const parts = url.pathname.split('/').map((part) => {
    const isHidden = part !== '' && (type === 'slack' ? part !== 'services' : part.length >= 16)
    return isHidden ? MASK : part
  })
  return `${url.origin}${parts.join('/')}${url.search === '' ? '' : `?${MASK}`}`
}

export function maskChannel(channel: Channel): MaskedChannel {
  const { id, type } = channel
  return {
    id,
    type,
    to: channel.type === 'email' ? channel.to : [],
    url: channel.type === 'slack' || channel.type === 'webhook' ? maskUrl(channel.url, channel.type) : null,
    hasSecret: channel.type === 'webhook',
  }
}

/** One line that names where a channel leads, e.g. in a delivery's log. */
export function describeChannel(channel: Channel): string {
  if (channel.type === 'email') return channel.to.join(', ')
  return channel.type === 'desktop' ? 'this computer' : maskUrl(channel.url, channel.type)
}

type Completion = {
  readonly stored: readonly Channel[]
  readonly newId: () => string
  readonly newSecret: () => string
}

/**
 * Channels as they are kept: masked or absent addresses and secrets are taken from the stored channel with the same id
 * and type (or the only one of that type when no id is given), a webhook without a secret gets a new one.
 * @throws WorkstationError invalid naming the channel
 */
export function completeChannels(inputs: readonly ChannelInput[], completion: Completion): Channel[] {
  const ids = new Set<string>()
  return inputs.map((input, index) => {
    const before = findStored(input, completion.stored)
    const id = before?.id ?? completion.newId()
    if (ids.has(id)) throw new WorkstationError('invalid', `channels[${index}].id: ${id} is named twice`)
    ids.add(id)
    return completeChannel(input, { ...completion, before, id, where: `channels[${index}]` })
  })
}

function findStored(input: ChannelInput, stored: readonly Channel[]): Channel | undefined {
  const ofType = stored.filter(({ type }) => type === input.type)
  if (input.id !== undefined) return ofType.find(({ id }) => id === input.id)
  return ofType.length === 1 ? ofType[0] : undefined
}

function completeChannel(
  input: ChannelInput,
  context: Completion & { readonly before: Channel | undefined; readonly id: string; readonly where: string },
): Channel {
  const { before, id, where } = context
  if (input.type === 'email') return { id, type: input.type, to: input.to }
  if (input.type === 'desktop') return { id, type: input.type }
  const old = before?.type === input.type ? before : undefined
  const given = input.url?.trim()
  const isKept = old !== undefined && (given === undefined || given === maskUrl(old.url, old.type))
  const url = isKept ? old.url : given
  // An address that was edited with its hidden parts still in it leads nowhere.
  if (url === undefined || (!isKept && isMasked(url))) {
    throw new WorkstationError('invalid', `${where}.config.url: expected the address to send to, in full`)
  }
  checkUrl(url, `${where}.config.url`)
  if (input.type === 'slack') return { id, type: input.type, url }
  const secret = input.secret === undefined || isMasked(input.secret) ? undefined : input.secret
  const kept = old?.type === 'webhook' ? old.secret : undefined
  return { id, type: input.type, url, secret: secret ?? kept ?? context.newSecret() }
}

function checkUrl(url: string, where: string): void {
  try {
    parseTarget(url)
  } catch (error) {
    if (error instanceof WorkstationError) throw new WorkstationError('invalid', `${where}: ${error.message}`)
    throw error
  }
}
