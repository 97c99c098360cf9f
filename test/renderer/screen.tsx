/** A document to render into, with a workstation that answers over the same protocol as the real one. */
import { MantineProvider } from '@mantine/core'
import { RPCHandler } from '@orpc/server/fetch'
import type { AnyRouter } from '@orpc/server'
import { QueryClientProvider } from '@tanstack/react-query'
import type { QueryClient } from '@tanstack/react-query'
import { act } from 'react'
import type { ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import type { Root } from 'react-dom/client'
import { Router } from 'wouter'
import { useHashLocation } from 'wouter/use-hash-location'
import { createQueryClient } from '../../renderer/queries'
import { theme } from '../../renderer/theme'

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean
}

const DEADLINE_MS = 4000
const mounted: Root[] = []

class SilentObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

/** Supplies what the test document lacks of a browser; call it once before the first render. */
export function prepareDocument(): void {
  globalThis.IS_REACT_ACT_ENVIRONMENT = true
  globalThis.ResizeObserver = SilentObserver
  Element.prototype.scrollIntoView = () => undefined
  location.hash = ''
  localStorage.clear()
}

/** Answers the interface's calls with these verbs, over the protocol that the real workstation speaks. */
export function answerCalls(router: AnyRouter): void {
  const handler = new RPCHandler(router)
  globalThis.fetch = async (input, init) => {
    const request = input instanceof Request ? input : new Request(input, init)
    const { response } = await handler.handle(request, { prefix: '/ui/rpc', context: {} })
    return response ?? new Response('', { status: 404 })
  }
}

/** Renders with everything around that a page expects. */
export async function render(
  content: ReactNode,
  queries: QueryClient = createQueryClient(),
): Promise<HTMLElement> {
  const target = document.createElement('div')
  document.body.append(target)
  const root = createRoot(target)
  mounted.push(root)
  await act(async () => {
    root.render(
      <MantineProvider theme={theme} env="test">
        <QueryClientProvider client={queries}>
          <Router hook={useHashLocation}>{content}</Router>
        </QueryClientProvider>
      </MantineProvider>,
    )
  })
  return target
}

/** Renders without anything around, for a tree that brings its own. */
export async function renderBare(content: ReactNode): Promise<HTMLElement> {
  const target = document.createElement('div')
  document.body.append(target)
  const root = createRoot(target)
  mounted.push(root)
  await act(async () => root.render(content))
  return target
}

/** Takes down what was rendered. */
export async function clearScreen(): Promise<void> {
  await act(async () => mounted.splice(0).forEach((root) => root.unmount()))
  document.body.replaceChildren()
}

/** Waits until the screen is as described, and returns what the description found. */
export async function waitFor<T>(find: () => T | null | undefined | false): Promise<T> {
  const until = Date.now() + DEADLINE_MS
  for (;;) {
    const found = find()
    if (found !== null && found !== undefined && found !== false) return found
    if (Date.now() > until) throw new Error(`not found on screen: ${readScreen()}`)
    await act(async () => new Promise((resolve) => setTimeout(resolve, 10)))
  }
}

/** All text on screen; style sheets are none. */
export function readScreen(): string {
  const copy = document.body.cloneNode(true)
  if (copy instanceof HTMLElement) copy.querySelectorAll('style').forEach((style) => style.remove())
  return copy.textContent ?? ''
}

/** The element of this kind that shows or is named by this text. */
export function findByText(selector: string, text: string): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>(selector)].find(
    (element) => element.textContent?.trim() === text || element.getAttribute('aria-label') === text,
  )
}

/** Clicks like a person: the whole sequence of events, then everything that follows from it. */
export async function click(element: Element): Promise<void> {
  await act(async () => {
    element.dispatchEvent(new MouseEvent('mousedown', { bubbles: true }))
    element.dispatchEvent(new MouseEvent('mouseup', { bubbles: true }))
    element.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))
  })
}

/** Presses a key on the element that has the focus. */
export async function press(key: string, modifiers: KeyboardEventInit = {}): Promise<void> {
  await act(async () => {
    const target = document.activeElement ?? document.body
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...modifiers }))
  })
}

/** Puts a text into a field the way React hears it. */
export async function type(field: HTMLInputElement | HTMLTextAreaElement, text: string): Promise<void> {
  const prototype = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement
  await act(async () => {
    Object.getOwnPropertyDescriptor(prototype.prototype, 'value')?.set?.call(field, text)
    field.dispatchEvent(new Event('input', { bubbles: true }))
  })
}
