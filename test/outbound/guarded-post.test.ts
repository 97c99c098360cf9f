import { createServer } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { guardTarget, isAllowedHost } from '../../main/outbound/guarded-target'
import type { Resolver } from '../../main/outbound/guarded-target'
import { postGuarded } from '../../main/outbound/guarded-post'
import { isPublicAddress } from '../../main/outbound/public-address'
import { openHttpReceiver } from '../support/receivers'

const noNames: Resolver = (hostname) => Promise.reject(new Error(`asked for ${hostname}`))
const namesOf =
  (...addresses: readonly string[]): Resolver =>
  () =>
    Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))

const guard = (url: string, resolve: Resolver = noNames, allowedHosts: readonly string[] = []) =>
  guardTarget(url, { allowedHosts, resolve })

describe('a webhook target', () => {
  it.each([
    ['loopback', 'http://127.0.0.1/'],
    ['all of 127', 'http://127.255.255.254/'],
    ['decimal', 'http://2130706433/'],
    ['hexadecimal', 'http://0x7f000001/'],
    ['octal', 'http://0177.0.0.1/'],
    ['short', 'http://127.1/'],
    ['mixed', 'http://0x7f.1/'],
    ['full-width digits', 'http://１２７.０.０.１/'],
    ['zero', 'http://0/'],
    ['this network', 'http://0.1.2.3/'],
    ['10/8', 'http://10.1.2.3/'],
    ['172.16/12', 'http://172.31.255.255/'],
    ['192.168/16', 'http://192.168.0.1/'],
    ['link-local, the metadata service of clouds', 'http://169.254.169.254/latest/meta-data/'],
    ['the same in decimal', 'http://2852039166/'],
    ['carrier-grade NAT', 'http://100.64.0.1/'],
    ['a cloud’s metadata behind it', 'http://100.100.100.200/'],
    ['multicast', 'http://224.0.0.1/'],
    ['broadcast', 'http://255.255.255.255/'],
    ['reserved', 'http://240.0.0.1/'],
    ['benchmarking', 'http://198.18.0.1/'],
    ['documentation', 'http://203.0.113.9/'],
    ['protocol assignments', 'http://192.0.0.8/'],
    ['IPv6 loopback', 'http://[::1]/'],
    ['IPv6 unspecified', 'http://[::]/'],
    ['IPv6 link-local', 'http://[fe80::1]/'],
    ['IPv6 site-local', 'http://[fec0::1]/'],
    ['IPv6 unique local', 'http://[fd00:ec2::254]/'],
    ['IPv6 multicast', 'http://[ff02::1]/'],
    ['IPv4-mapped', 'http://[::ffff:127.0.0.1]/'],
    ['IPv4-mapped in hex', 'http://[::ffff:a9fe:a9fe]/'],
    ['IPv4-mapped public', 'http://[::ffff:8.8.8.8]/'],
    ['IPv4-compatible', 'http://[::127.0.0.1]/'],
    ['NAT64', 'http://[64:ff9b::7f00:1]/'],
    ['local NAT64', 'http://[64:ff9b:1::a00:1]/'],
    ['6to4', 'http://[2002:7f00:1::]/'],
    ['Teredo', 'http://[2001:0:7f00:1::1]/'],
    ['IPv6 documentation', 'http://[2001:db8::1]/'],
    ['IPv6 discard', 'http://[100::1]/'],
  ])('is refused: %s', async (_, url) => {
    await expect(guard(url)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it.each([
    ['private', ['10.0.0.5']],
    ['loopback', ['127.0.0.1']],
    ['IPv6 loopback', ['::1']],
    ['mapped', ['::ffff:192.168.1.1']],
    ['one private address among public ones', ['93.184.215.14', '192.168.1.1']],
  ])('is refused when its name leads to an address that is %s', async (_, addresses) => {
    await expect(guard('https://hooks.example.com/x', namesOf(...addresses))).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringMatching(/^hooks\.example\.com leads to /) as string,
    })
  })

  it.each(['localhost', 'LOCALHOST', 'localhost.', 'metadata.google.internal'])(
    'is judged by where its name leads, whatever it is called: %s',
    async (host) => {
      await expect(guard(`http://${host}/`, namesOf('127.0.0.1'))).rejects.toMatchObject({
        code: 'forbidden',
      })
    },
  )

  it.each([
    'file:///etc/passwd',
    'ftp://example.com/',
    'gopher://127.0.0.1:25/',
    'javascript:alert(1)',
    'example.com',
    '',
    'http://user:secret@example.com/',
  ])('has to be a plain http address: %s', async (url) => {
    await expect(guard(url)).rejects.toMatchObject({ code: 'invalid' })
  })

  it('passes when all of its addresses are public, and is held to them', async () => {
    const target = await guard('https://hooks.example.com/x', namesOf('93.184.215.14', '2606:4700::1'))
    expect(target.addresses.map(({ address }) => address)).toEqual(['93.184.215.14', '2606:4700::1'])
  })

  it('may be allowed by name or address, with or without its port, and not by part of a name', () => {
    const isAllowed = (url: string, ...hosts: string[]) => isAllowedHost(new URL(url), hosts)
    expect(isAllowed('http://chat.internal:8065/', 'chat.internal')).toBe(true)
    expect(isAllowed('http://Chat.Internal:8065/', 'chat.internal:8065')).toBe(true)
    expect(isAllowed('https://chat.internal/', 'chat.internal:443')).toBe(true)
    expect(isAllowed('http://[::1]:80/', '::1')).toBe(true)
    expect(isAllowed('http://chat.internal:8066/', 'chat.internal:8065')).toBe(false)
    expect(isAllowed('http://evil-chat.internal/', 'chat.internal')).toBe(false)
    expect(isAllowed('http://chat.internal.evil.example/', 'chat.internal')).toBe(false)
    expect(isAllowed('http://10.0.0.2/', '10.0.0.1')).toBe(false)
  })

  it.each(['8.8.8.8', '93.184.215.14', '2606:4700::1111', '2a00:1450:4001::1'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  it('is not public when it is no address', () => {
    expect(['', 'localhost', '1.2.3', '::g', '127.0.0.1 '].map(isPublicAddress)).not.toContain(true)
  })
})

describe('a guarded request', () => {
  const post = (url: string, more: Partial<Parameters<typeof postGuarded>[0]> = {}) =>
    postGuarded({
      url,
      body: '{}',
      headers: {},
      allowedHosts: [],
      resolve: noNames,
      timeoutMs: 5_000,
      signal: new AbortController().signal,
      ...more,
    })

  it('connects to the address that was checked, asking for the name once', async () => {
    const receiver = await openHttpReceiver()
    const port = receiver.host.split(':')[1]!
    let asked = 0
    const resolve: Resolver = () => {
      asked++
      return Promise.resolve([{ address: '127.0.0.1', family: 4 }])
    }
    const url = `http://hooks.example.test:${port}/a`
    const answer = await post(url, { resolve, allowedHosts: ['hooks.example.test'] })
    expect(answer).toMatchObject({ status: 200, text: 'ok' })
    expect(asked).toBe(1)
    expect(receiver.received[0]!.headers.host).toBe(`hooks.example.test:${port}`)
  })

  it('reaches nobody when its name leads home', async () => {
    const receiver = await openHttpReceiver()
    const url = `http://hooks.example.test:${receiver.host.split(':')[1]!}/`
    await expect(post(url, { resolve: namesOf('127.0.0.1') })).rejects.toMatchObject({ code: 'forbidden' })
    expect(receiver.received).toEqual([])
  })

  it('answers a redirect as it is', async () => {
    const inner = await openHttpReceiver()
    const outer = await openHttpReceiver(() => ({ status: 302, headers: { Location: inner.url } }))
    const answer = await post(outer.url, { allowedHosts: [outer.host, inner.host] })
    expect(answer.status).toBe(302)
    expect(inner.received).toEqual([])
  })

  it('reads no more of an answer than it has to', async () => {
    const receiver = await openHttpReceiver(() => ({ status: 200, body: 'x'.repeat(5_000_000) }))
    const answer = await post(receiver.url, { allowedHosts: [receiver.host] })
    expect(answer.status).toBe(200)
    expect(answer.text.length).toBeLessThanOrEqual(65_536)
  })

  it('waits no longer than it was told', async () => {
    const server = createServer(() => undefined)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const url = `http://127.0.0.1:${port}/`
    const waiting = post(url, { allowedHosts: ['127.0.0.1'], timeoutMs: 100 })
    await expect(waiting).rejects.toMatchObject({ code: 'not_ready', message: 'no answer within 0.1 s' })
    const forever: Resolver = () => new Promise(() => undefined)
    const resolving = post('http://slow.example/', { resolve: forever, timeoutMs: 100 })
    await expect(resolving).rejects.toMatchObject({ code: 'not_ready', message: 'no answer within 0.1 s' })
  })
})
