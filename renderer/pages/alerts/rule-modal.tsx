import { Alert, Button, Modal } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconKey } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { AlertRule } from '../../../main/core/alerts/alert-rule'
import type { SavedRule } from '../../../main/core/alerts/alert-rules'
import { client } from '../../client'
import { CopyIcon } from '../../components/copy-button'
import { FormFooter } from '../../components/form-footer'
import { notifyDone } from '../../components/notify'
import { usePreferences } from '../../preferences'
import { ChannelEditor } from './channel-editor'
import { RuleFields } from './rule-fields'
import { createDraft, editDraft, findFaults, toRule } from './rule-draft'
import type { RuleDraft } from './rule-draft'

type RuleModalProps = {
  readonly isOpen: boolean
  readonly onClose: () => void
  /** The rule to change; a new one when absent. */
  readonly rule?: AlertRule | undefined
}

/** Creates or changes an alert rule. */
export function RuleModal({ isOpen, onClose, rule }: RuleModalProps) {
  const title = rule === undefined ? 'New alert rule' : `Change ${rule.name}`
  return (
    <Modal opened={isOpen} onClose={onClose} title={title} size="lg" closeOnClickOutside={false}>
      <RuleForm onClose={onClose} rule={rule} />
    </Modal>
  )
}

function RuleForm({ onClose, rule }: Pick<RuleModalProps, 'onClose' | 'rule'>) {
  const projectId = usePreferences((state) => state.projectId)
  const [saved, setSaved] = useState<SavedRule | null>(null)
  const form = useForm<RuleDraft>({
    initialValues: rule === undefined ? createDraft(projectId ?? '') : editDraft(rule),
    validate: findFaults,
  })
  const saving = useMutation({
    mutationFn: (draft: RuleDraft) =>
      rule === undefined
        ? client.alertRules.create({ projectId: draft.projectId, ...toRule(draft) })
        : client.alertRules.update({ id: rule.id, change: toRule(draft) }),
    onSuccess: (result) => {
      notifyDone(`The rule ${result.rule.name} was saved.`)
      if (result.newSecrets.length === 0) onClose()
      else setSaved(result)
    },
  })
  if (saved !== null) return <NewSecrets saved={saved} onClose={onClose} />
  return (
    <form className="pl-form" onSubmit={form.onSubmit((values) => saving.mutate(values))} noValidate>
      <RuleFields form={form} isNew={rule === undefined} />
      <ChannelEditor form={form} />
      <FormFooter error={saving.error}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={saving.isPending}>
          Save rule
        </Button>
      </FormFooter>
    </form>
  )
}

/** Shows signing secrets that the workstation made, this once. */
function NewSecrets({ saved, onClose }: { readonly saved: SavedRule; readonly onClose: () => void }) {
  return (
    <div className="pl-form" role="status">
      <Alert icon={<IconKey size={16} />} variant="light" title="A signing secret was made">
        Copy it to the receiver now: it is stored encrypted and not shown again.
      </Alert>
      {saved.newSecrets.map(({ channelId, secret }) => (
        <div key={channelId}>
          <div className="pl-quiet">{saved.rule.channels.find(({ id }) => id === channelId)?.url}</div>
          <span className="pl-inline">
            <code className="pl-wrap">{secret}</code>
            <CopyIcon value={secret} what="signing secret" />
          </span>
        </div>
      ))}
      <div className="pl-form-buttons">
        <Button onClick={onClose} data-autofocus>
          I have copied it
        </Button>
      </div>
    </div>
  )
}
