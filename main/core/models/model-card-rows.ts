import type { Database } from '../../store/database'

export type CardQuery = {
  /** A normalized kind; every kind when absent. */
  readonly kind?: string | undefined
  /** Models that have one of these tags; every model when absent or empty. */
  readonly tags?: readonly string[] | undefined
  readonly skip: number
  readonly limit: number
}

/** All SQL about what callers say of models. */
export class ModelCardRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  /** The JSON of a model's card; undefined when nobody said anything. */
  find(modelId: string): string | undefined {
    return this.database.get<{ card: string }>('SELECT card FROM model_card WHERE model_id = ?', [modelId])
      ?.card
  }

  put(modelId: string, kind: string | null, card: string): void {
    this.database.run(
      `INSERT INTO model_card (model_id, kind, card) VALUES (?, ?, ?)
       ON CONFLICT (model_id) DO UPDATE SET kind = excluded.kind, card = excluded.card`,
      [modelId, kind, card],
    )
  }

  /** Ids of models, with a card or without, the oldest first. */
  list({ kind, tags, skip, limit }: CardQuery): string[] {
    return this.database
      .all<{ id: string }>(
        `SELECT model.id FROM model LEFT JOIN model_card ON model_card.model_id = model.id
         WHERE (?1 IS NULL OR ?1 = coalesce(model_card.kind,
             (SELECT task FROM model_version WHERE model_id = model.id ORDER BY number DESC LIMIT 1)))
           AND (?2 IS NULL OR EXISTS (SELECT 1 FROM json_each(model_card.card, '$.modeltags') AS tag
             WHERE tag.value IN (SELECT value FROM json_each(?2))))
         ORDER BY model.rowid LIMIT ?3 OFFSET ?4`,
        [kind ?? null, tags === undefined || tags.length === 0 ? null : JSON.stringify(tags), limit, skip],
      )
      .map((row) => row.id)
  }
}
