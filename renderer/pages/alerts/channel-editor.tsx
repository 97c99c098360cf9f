import { ActionIcon, Button, PasswordInput, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { Link } from 'wouter'
import type { ChannelType } from '../../../main/core/alerts/alert-rule'
import { paths } from '../../routes'
import { CHANNELS } from './alert-texts'
import { createChannel } from './rule-draft'
import type { ChannelDraft, RuleDraft } from './rule-draft'

const TYPES: readonly ChannelType[] = ['email', 'slack', 'webhook', 'desktop']

type ChannelEditorProps = { readonly form: UseFormReturnType<RuleDraft> }

/** Where a rule sends word. */
export function ChannelEditor({ form }: ChannelEditorProps) {
  return (
    <div className="pl-channels" role="group" aria-label="Channels">
      <div className="mantine-InputWrapper-label">Send word to</div>
      {form.values.channels.map((channel, index) => (
        <div className="pl-channel" key={channel.key}>
          <div className="pl-channel-head">
            <strong>{CHANNELS[channel.type]}</strong>
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              aria-label={`Remove the channel ${CHANNELS[channel.type]}`}
              onClick={() => form.removeListItem('channels', index)}
            >
              <IconTrash size={14} />
            </ActionIcon>
          </div>
          <ChannelFields form={form} channel={channel} index={index} />
        </div>
      ))}
      <div className="pl-channel-add">
        {TYPES.map((type) => (
          <Button
            key={type}
            size="xs"
            variant="default"
            leftSection={<IconPlus size={13} />}
            onClick={() => form.insertListItem('channels', createChannel(type))}
          >
            {CHANNELS[type]}
          </Button>
        ))}
      </div>
    </div>
  )
}

function ChannelFields({
  form,
  channel,
  index,
}: ChannelEditorProps & { readonly channel: ChannelDraft; readonly index: number }) {
  const field = (name: 'to' | 'url' | 'secret') => form.getInputProps(`channels.${index}.${name}`)
  const keeps = channel.id === null ? undefined : 'Leave as it is to keep it'
  switch (channel.type) {
    case 'email':
      return (
        <TextInput
          label="Addresses"
          description={
            <>
              Separated by commas. The mail server is in the <Link href={paths.settings}>settings</Link>.
            </>
          }
          placeholder="team@example.com"
          {...field('to')}
        />
      )
    case 'slack':
      return (
        <TextInput
          label="Incoming webhook"
          description={keeps}
          placeholder="https://hooks.slack.com/services/…"
          {...field('url')}
        />
      )
    case 'webhook':
      return (
        <>
          <TextInput
            label="Address"
            description={
              keeps ?? 'Gets JSON by POST. Hosts of your own network have to be allowed in the settings.'
            }
            placeholder="https://example.com/hooks/plumbline"
            {...field('url')}
          />
          <PasswordInput
            label="Signing secret"
            description={
              channel.id === null
                ? 'Left empty, one is made and shown once'
                : 'Left empty, the stored one stays'
            }
            autoComplete="off"
            {...field('secret')}
          />
        </>
      )
    case 'desktop':
      return <p className="pl-quiet">A notification of this computer, while the desktop app runs.</p>
  }
}
