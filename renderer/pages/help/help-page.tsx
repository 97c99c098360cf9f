import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import Markdown from 'react-markdown'
import type { Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { Link } from 'wouter'
import { PageHeader, Panel } from '../../components/layout'
import { NotFoundState } from '../../components/states'
import { reads } from '../../queries'
import { paths } from '../../routes'
import { DOCUMENTS, readDocumentId } from './documents'
import './help.css'

const COMPONENTS: Components = {
  // Between pages a link stays in the app; the rest belongs to the repository and is shown as text.
  a: ({ href = '', children }) =>
    href.endsWith('.md') ? (
      <Link href={paths.help(readDocumentId(href))}>{children}</Link>
    ) : (
      <span>{children}</span>
    ),
  // The page's own heading says it already.
  h1: () => null,
  table: ({ children }) => (
    <div className="pl-help-table">
      <table>{children}</table>
    </div>
  ),
}

/** The documentation that comes with the app, readable without a network. */
export function HelpPage({ id }: { readonly id: string | null }) {
  const workspace = useQuery(reads.workspace())
  const article = useRef<HTMLElement>(null)
  const chosen = id === null ? DOCUMENTS[0] : DOCUMENTS.find((document) => document.id === id)
  useEffect(() => {
    article.current?.closest('main')?.scrollTo({ top: 0 })
  }, [chosen])
  if (chosen === undefined)
    return <NotFoundState what="Help page" back={paths.help()} backLabel="Go to help" />
  return (
    <>
      <PageHeader
        title={chosen.title}
        name={`Help: ${chosen.title}`}
        actions={
          workspace.data !== undefined && (
            <a className="pl-help-api" href={`${workspace.data.url}/docs`} target="_blank" rel="noreferrer">
              Interactive API reference
            </a>
          )
        }
      />
      <div className="pl-help">
        <nav aria-label="Help pages">
          <ul>
            {DOCUMENTS.map((document) => (
              <li key={document.id}>
                <Link
                  href={paths.help(document.id)}
                  aria-current={document.id === chosen.id ? 'page' : undefined}
                  className="pl-help-link"
                >
                  {document.title}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <Panel>
          <article className="pl-prose" ref={article}>
            <Markdown remarkPlugins={[remarkGfm]} components={COMPONENTS}>
              {chosen.text}
            </Markdown>
          </article>
        </Panel>
      </div>
    </>
  )
}
