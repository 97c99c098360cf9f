import { IconChevronRight } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { ModelInspection } from '../../../main/core/models/model'
import { formatCount, formatQuantity } from '../../format'

type Inside = NonNullable<ModelInspection['contents']>['pickle']
type Estimator = Inside['estimators'][number]
type Attribute = Estimator['attributes'][number]

const OPEN_DEPTH = 2

/** Estimators as they lie in a file, one inside the other; each opens to its parameters and what it has learned. */
export function EstimatorTree({ estimators }: { readonly estimators: readonly Estimator[] }) {
  return (
    <ul className="pl-tree" aria-label="Estimators">
      {estimators.map((estimator) => (
        <EstimatorNode key={keyOf(estimator)} estimator={estimator} depth={0} />
      ))}
    </ul>
  )
}

const keyOf = ({ place, label, classPath }: Estimator): string => `${place} ${label ?? ''} ${classPath}`

function EstimatorNode({ estimator, depth }: { readonly estimator: Estimator; readonly depth: number }) {
  const { label, name, classPath, count, place, version, library, featureCount, nested } = estimator
  return (
    <li>
      <details open={depth < OPEN_DEPTH && nested.length > 0}>
        <summary>
          <IconChevronRight size={14} className="pl-tree-arrow" aria-hidden />
          {label !== null && <span className="pl-quiet">{label}:</span>}
          <strong title={classPath}>{name}</strong>
          {count > 1 && <span className="pl-quiet">× {formatCount(count)}</span>}
          {depth === 0 && (
            <span className="pl-chip">
              {library} {version ?? ''}
            </span>
          )}
          {place !== '' && depth === 0 && <code className="pl-quiet">{place}</code>}
          {featureCount !== null && (
            <span className="pl-quiet pl-small pl-number">{formatQuantity(featureCount, 'column')}</span>
          )}
        </summary>
        <div className="pl-tree-body">
          <EstimatorFacts estimator={estimator} />
          {nested.length > 0 && (
            <ul className="pl-tree">
              {nested.map((inner) => (
                <EstimatorNode key={keyOf(inner)} estimator={inner} depth={depth + 1} />
              ))}
            </ul>
          )}
        </div>
      </details>
    </li>
  )
}

function EstimatorFacts({ estimator }: { readonly estimator: Estimator }) {
  const { parameters, attributes, featureNames, classes } = estimator
  return (
    <>
      {featureNames !== null && <Chips label="Columns" words={featureNames} />}
      {classes !== null && <Chips label="Classes" words={classes} />}
      {parameters.length > 0 && (
        <Fold title={formatQuantity(parameters.length, 'parameter')}>
          {parameters.map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <code>{value}</code>
              </dd>
            </div>
          ))}
        </Fold>
      )}
      {attributes.length > 0 && (
        <Fold title={formatQuantity(attributes.length, 'fitted attribute')}>
          {attributes.map((attribute) => (
            <div key={attribute.name}>
              <dt>{attribute.name}</dt>
              <dd>{describeAttribute(attribute)}</dd>
            </div>
          ))}
        </Fold>
      )}
    </>
  )
}

function describeAttribute({ type, shape }: Attribute): string {
  return shape === null ? type : `${type} [${shape.join(' × ')}]`
}

function Chips({ label, words }: { readonly label: string; readonly words: readonly string[] }) {
  return (
    <div className="pl-tree-chips">
      <span className="pl-quiet pl-small">{label}</span>
      <ul className="pl-chips pl-plain-list" aria-label={label}>
        {words.map((word, index) => (
          <li key={`${index} ${word}`} className="pl-chip">
            {word}
          </li>
        ))}
      </ul>
    </div>
  )
}

function Fold({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <details className="pl-unfold">
      <summary>
        <IconChevronRight size={13} className="pl-tree-arrow" aria-hidden />
        {title}
      </summary>
      <dl className="pl-unfold-list">{children}</dl>
    </details>
  )
}
