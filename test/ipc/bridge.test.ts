import { EventEmitter } from 'node:events'
import { RPCHandler } from '@orpc/server/message-port'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openBridge } from '../../main/ipc/bridge'
import { asIpcMain, FakePage, HOME, makeFrame, streams, testRouter } from './fake-page'

const handler = new RPCHandler(testRouter)
let ipc: EventEmitter
let page: FakePage
let errors: unknown[]
let served: number
let close: () => void

beforeEach(() => {
  ipc = new EventEmitter()
  page = new FakePage()
  errors = []
  served = 0
  close = openBridge({
    ipc: asIpcMain(ipc),
    serve: (port) => {
      served++
      handler.upgrade(port, {})
    },
    origin: HOME,
    onError: (error) => errors.push(error),
  })
})
afterEach(async () => {
  close()
  await vi.waitFor(() => expect(streams.open).toBe(0))
})

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('who is listened to', () => {
  it('answers the top frame of our own origin', async () => {
    expect(await page.load(ipc, 'one').greet('window')).toBe('hello window')
    expect(served).toBe(1)
  })

  it.each([
    ['a frame that is gone', null],
    ['another origin', makeFrame('https://example.com')],
    ['an origin that only begins like ours', makeFrame('app://plumbline.example.com')],
    ['an opaque origin', makeFrame('null')],
    ['a frame inside our page', makeFrame(HOME, makeFrame(HOME))],
    ['a frame of ours inside a foreign page', makeFrame(HOME, makeFrame('https://example.com'))],
  ])('drops messages of %s without an answer', async (_who, frame) => {
    page.post(ipc, frame, ['one', '{"i":"1","p":{"u":"/greet","b":{"json":"x"}}}'])
    await settle()
    expect(served).toBe(0)
    expect(page.received).toEqual([])
    expect(errors).toEqual([])
  })

  it.each([
    ['nothing', undefined],
    ['text without a load', 'hello'],
    ['a load that is no text', [1, 'x']],
    ['an overlong load', ['x'.repeat(65), 'x']],
    ['an object as the message', ['one', { id: 1 }]],
    ['three parts', ['one', 'x', 'y']],
    ['text that is no JSON', ['one', 'not a message']],
    ['a call without an address', ['one', '{"i":"1","p":{}}']],
    ['a call of another server', ['one', '{"i":"1","p":{"u":"http://example.com/greet"}}']],
    ['a message of an unknown kind', ['one', '{"i":"1","t":9,"p":{}}']],
    ['null', ['one', 'null']],
  ])('reports %s and serves nothing', async (_what, message) => {
    page.post(ipc, makeFrame(HOME), message)
    await settle()
    expect(served).toBe(0)
    expect(errors).toHaveLength(1)
  })

  it('goes on after a message that could not be read', async () => {
    const client = page.load(ipc, 'one')
    page.post(ipc, makeFrame(HOME), ['one', 'not a message'])
    expect(await client.greet('again')).toBe('hello again')
  })
})

describe('how long a page is served', () => {
  const openStream = async (name = 'one'): Promise<void> => {
    const ticks = await page.load(ipc, name).ticks()
    await ticks.next()
    expect(streams.open).toBe(1)
  }
  const expectClosed = (): Promise<void> => vi.waitFor(() => expect(streams.open).toBe(0))
  const navigate = (isMainFrame: boolean, isSameDocument: boolean): void => {
    page.emit('did-start-navigation', { isMainFrame, isSameDocument })
  }

  it('ends its streams when the window goes away', async () => {
    await openStream()
    page.destroy()
    await expectClosed()
  })

  it('ends its streams when the page crashes', async () => {
    await openStream()
    page.emit('render-process-gone', {}, { reason: 'crashed' })
    await expectClosed()
  })

  it('ends its streams when another document has replaced it', async () => {
    await openStream()
    navigate(true, false)
    expect(streams.open).toBe(1)
    page.emit('did-navigate', {})
    await expectClosed()
  })

  it('keeps its streams when only the fragment or a frame changes', async () => {
    await openStream()
    navigate(true, true)
    navigate(false, false)
    page.emit('did-navigate', {})
    await settle()
    expect(streams.open).toBe(1)
  })

  it('serves a new document that speaks before its navigation is reported as done', async () => {
    await openStream('old')
    navigate(true, false)
    const client = page.load(ipc, 'new')
    expect(await client.greet('new')).toBe('hello new')
    await expectClosed()
    page.emit('did-navigate', {})
    expect(await client.greet('still')).toBe('hello still')
  })

  it('never answers a document with what its predecessor asked', async () => {
    const waiting = page.load(ipc, 'old').greet('old')
    page.load(ipc, 'new')
    await settle()
    expect(page.received.map(([load]) => load)).not.toContain('new')
    void waiting.catch(() => undefined)
  })

  it('says nothing to a window that was closed meanwhile', async () => {
    const late = page.load(ipc, 'one').greet('late')
    page.destroy()
    await settle()
    expect(page.received).toEqual([])
    void late.catch(() => undefined)
  })

  it('hears nothing any more once it is closed', async () => {
    close()
    page.post(ipc, makeFrame(HOME), ['one', 'x'])
    await settle()
    expect(served).toBe(0)
  })
})
