import { Skeleton, Tooltip } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import './layout.css'

type PageHeaderProps = {
  readonly title: ReactNode
  /** Name of the page in the window's title; needed when `title` is more than text. */
  readonly name: string
  readonly trail?: { readonly label: string; readonly href: string }
  readonly facts?: ReactNode
  readonly actions?: ReactNode
}

/** The head of a page: where one is, its title, its facts, what can be done. */
export function PageHeader({ title, name, trail, facts, actions }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${name} · Plumbline`
  }, [name])
  return (
    <header className="pl-page-header">
      <div className="pl-page-heading">
        {trail !== undefined && (
          <nav className="pl-trail" aria-label="Breadcrumb">
            <Link href={trail.href}>{trail.label}</Link>
            <span aria-hidden>/</span>
          </nav>
        )}
        <h1>{title}</h1>
        {facts !== undefined && <div className="pl-facts">{facts}</div>}
      </div>
      {actions !== undefined && <div className="pl-page-actions">{actions}</div>}
    </header>
  )
}

type PanelProps = {
  readonly title?: ReactNode
  readonly aside?: ReactNode
  readonly children: ReactNode
  /** Without padding, for tables and lists that reach the edges. */
  readonly isFlush?: boolean
  readonly className?: string
}

/** A bordered area with an optional heading. */
export function Panel({ title, aside, children, isFlush = false, className = '' }: PanelProps) {
  return (
    <section className={`pl-panel ${className}`}>
      {(title !== undefined || aside !== undefined) && (
        <div className="pl-panel-head">
          <h2>{title}</h2>
          {aside !== undefined && <div className="pl-panel-aside">{aside}</div>}
        </div>
      )}
      <div className={isFlush ? '' : 'pl-panel-body'}>{children}</div>
    </section>
  )
}

export type Fact = { readonly label: string; readonly value: ReactNode; readonly hint?: ReactNode }

type FactListProps = {
  readonly facts: readonly Fact[]
  /** `auto` takes as many columns as there is room for. */
  readonly columns?: 1 | 2 | 'auto'
  /** For values that are read rather than compared: they begin next to their names. */
  readonly isProse?: boolean
}

/** Names and values, aligned; a hint explains a name on hover and focus. */
export function FactList({ facts, columns = 1, isProse = false }: FactListProps) {
  return (
    <dl className="pl-fact-list" data-columns={columns} data-prose={isProse || undefined}>
      {facts.map((fact) => (
        <div key={fact.label}>
          <dt>
            {fact.label}
            {fact.hint !== undefined && <Hint label={fact.label} text={fact.hint} />}
          </dt>
          <dd className="pl-number">{fact.value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** A small "i" with an explanation on hover and focus. */
export function Hint({ label, text }: { readonly label: string; readonly text: ReactNode }) {
  return (
    <Tooltip label={text} multiline w={300}>
      <button type="button" className="pl-hint" aria-label={`What is ${label}?`}>
        <IconInfoCircle size={13} stroke={1.7} />
      </button>
    </Tooltip>
  )
}

/** One number with its name. */
export function Tile({
  label,
  value,
  note,
}: {
  readonly label: ReactNode
  readonly value: ReactNode
  readonly note?: ReactNode
}) {
  return (
    <div className="pl-tile">
      <span className="pl-tile-label">{label}</span>
      <span className="pl-tile-value pl-number">{value}</span>
      {note !== undefined && <span className="pl-tile-note">{note}</span>}
    </div>
  )
}

/** Grey lines where text will be. */
export function TextSkeleton({ lines }: { readonly lines: number }) {
  return (
    <div className="pl-text-skeleton" aria-busy aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={12} width={`${88 - ((line * 17) % 40)}%`} />
      ))}
    </div>
  )
}
