import { Alert, Switch } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useState } from 'react'
import type { ReactNode } from 'react'
import type { Answer, PredictResult } from '../../../main/core/serving/request'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { Panel } from '../../components/layout'
import { EmptyState } from '../../components/states'
import { NONE, formatLatency, formatNumber, formatQuantity, formatShare } from '../../format'

type AnswerPanelProps = {
  readonly result: PredictResult | undefined
  /** What the answer is an estimate of, when the training data said so. */
  readonly target: string | null
  /** Shown below the answer when somebody asks why. */
  readonly why: ReactNode
}

const COLUMNS: readonly Column<Answer & { readonly number: number }>[] = [
  {
    key: 'number',
    header: '#',
    width: 50,
    render: ({ number }) => <span className="pl-quiet">{number}</span>,
  },
  {
    key: 'answer',
    header: 'Answer',
    render: ({ prediction }) => <strong>{formatAnswer(prediction)}</strong>,
  },
  {
    key: 'share',
    header: 'Probability',
    align: 'right',
    render: ({ prediction, probabilities }) => formatShare(probabilities?.[String(prediction)]) || NONE,
  },
]

const formatAnswer = (prediction: string | number): string =>
  typeof prediction === 'number' ? formatNumber(prediction) : prediction

/** What a deployment answered. */
export function AnswerPanel({ result, target, why }: AnswerPanelProps) {
  const [isWhyAsked, setIsWhyAsked] = useState(false)
  const [only, ...others] = result?.answers ?? []
  return (
    <Panel
      title="Answer"
      aside={
        result !== undefined && (
          <>
            <span className="pl-number">{formatLatency(result.latencyMs)}</span>
            <Switch
              size="xs"
              label="Why?"
              checked={isWhyAsked}
              onChange={(event) => setIsWhyAsked(event.currentTarget.checked)}
            />
          </>
        )
      }
    >
      <div aria-live="polite" className="pl-stack">
        {result === undefined && (
          <EmptyState title="No answer yet">
            Fill in the record, or take one of the training data, and predict.
          </EmptyState>
        )}
        {only !== undefined && others.length === 0 && <SingleAnswer answer={only} target={target} />}
        {result !== undefined && others.length > 0 && (
          <div className="pl-answers">
            <p className="pl-quiet">{formatQuantity(result.answers.length, 'answer')}</p>
            <DataTable
              label="Answers"
              columns={COLUMNS}
              rows={result.answers.map((answer, index) => ({ ...answer, number: index + 1 }))}
              rowKey={({ id }) => id}
            />
          </div>
        )}
        {result?.warnings.map((warning) => (
          <Alert key={warning} color="yellow" variant="light" icon={<IconInfoCircle size={16} />}>
            {warning}
          </Alert>
        ))}
        {result !== undefined && isWhyAsked && why}
      </div>
    </Panel>
  )
}

function SingleAnswer({ answer, target }: { readonly answer: Answer; readonly target: string | null }) {
  const { prediction, probabilities } = answer
  const shares = Object.entries(probabilities ?? {}).toSorted(([, left], [, right]) => right - left)
  return (
    <>
      <div>
        <div className="pl-answer-label">{target ?? 'Prediction'}</div>
        <div className="pl-answer-value pl-number">{formatAnswer(prediction)}</div>
      </div>
      {shares.length > 0 && (
        <ul className="pl-shares pl-plain-list" aria-label="Probabilities">
          {shares.map(([label, share]) => (
            <li key={label}>
              <div className="pl-share-line">
                <span>{label}</span>
                <span className="pl-number pl-quiet">{formatShare(share)}</span>
              </div>
              <div className="pl-share-track" aria-hidden>
                <div
                  className="pl-share-fill"
                  data-chosen={label === String(prediction) || undefined}
                  style={{ width: `${share * 100}%` }}
                />
              </div>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
