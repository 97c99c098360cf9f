import { expect, it } from 'vitest'
import { PREDICTION_MIGRATIONS, WORKSTATION_MIGRATIONS } from '../../main/core/migrations'

it.each([
  ['workstation.db', WORKSTATION_MIGRATIONS],
  ['predictions.db', PREDICTION_MIGRATIONS],
])(
  'numbers the steps of %s without a gap, so that none is passed over by a file between two',
  (_, migrations) => {
    expect(migrations.map(({ id }) => id)).toEqual(migrations.map((_step, index) => index + 1))
  },
)
