import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { useLocation } from 'wouter'
import { CommandPalette } from './command-palette'
import { Header } from './header'
import { Navigation } from './navigation'
import './shell.css'

/** The frame around every page: navigation, header, and the page itself as the main landmark. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [location] = useLocation()
  const main = useRef<HTMLElement>(null)
  // A tab of the same page is not a new page: only the first two parts of an address move the focus and the scroll.
  const page = location.split('/').slice(0, 3).join('/')
  const shown = useRef(page)
  useEffect(() => {
    if (shown.current === page) return
    shown.current = page
    main.current?.focus({ preventScroll: true })
    main.current?.scrollTo({ top: 0 })
  }, [page])
  return (
    <div className="pl-shell">
      <a
        className="pl-skip"
        href="#main"
        onClick={(event) => {
          // The hash belongs to the router.
          event.preventDefault()
          main.current?.focus()
        }}
      >
        Skip to the page
      </a>
      <Navigation />
      <div className="pl-shell-body">
        <Header />
        <main ref={main} id="main" className="pl-main" tabIndex={-1}>
          <div className="pl-page">{children}</div>
        </main>
      </div>
      <CommandPalette />
    </div>
  )
}
