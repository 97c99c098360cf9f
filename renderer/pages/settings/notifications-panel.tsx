import { Button, NumberInput, PasswordInput, Switch, TagsInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { NotificationSettingsView } from '../../../main/core/alerts/notification-settings'
import { client, readFault } from '../../client'
import { FormFooter } from '../../components/form-footer'
import { Panel, TextSkeleton } from '../../components/layout'
import { notifyDone } from '../../components/notify'
import { FaultState } from '../../components/states'
import { reads } from '../../queries'
import './settings.css'

/** The mail server of alerts, and hosts of one's own network that webhooks may reach. */
export function NotificationsPanel() {
  const settings = useQuery(reads.notificationSettings())
  if (settings.data === undefined) {
    return (
      <Panel title="Notifications">
        {settings.isError ? (
          <FaultState error={settings.error} onRetry={() => void settings.refetch()} />
        ) : (
          <TextSkeleton lines={5} />
        )}
      </Panel>
    )
  }
  return (
    <>
      <Panel title="Mail server">
        <MailForm key={JSON.stringify(settings.data.mail)} settings={settings.data} />
      </Panel>
      <Panel title="Webhooks">
        <HostsForm key={settings.data.allowedHosts.join()} settings={settings.data} />
      </Panel>
    </>
  )
}

type FormProps = { readonly settings: NotificationSettingsView }

function MailForm({ settings: { mail } }: FormProps) {
  const form = useForm({
    initialValues: {
      host: mail?.host ?? '',
      port: mail?.port ?? 587,
      secure: mail?.secure ?? false,
      user: mail?.user ?? '',
      password: '',
      from: mail?.from ?? '',
    },
    validate: {
      host: (host) => (host.trim() === '' ? 'The name of the server' : null),
      from: (from) => (from.includes('@') ? null : 'An address such as Plumbline <alerts@example.com>'),
    },
  })
  const saving = useMutation({
    mutationFn: (values: typeof form.values | null) =>
      client.notifications.updateSettings({
        mail:
          values === null
            ? null
            : { ...values, port: Number(values.port), user: values.user === '' ? null : values.user },
      }),
    onSuccess: ({ mail: saved }) =>
      notifyDone(saved === null ? 'The mail server was removed.' : 'The mail server was saved.'),
    onError: (error) => {
      for (const { field, message } of readFault(error).problems) {
        form.setFieldError(field.replace(/^mail\./, ''), message)
      }
    },
  })
  return (
    <form className="pl-form" onSubmit={form.onSubmit((values) => saving.mutate(values))} noValidate>
      <div className="pl-mail-fields">
        <TextInput label="Server" placeholder="smtp.example.com" {...form.getInputProps('host')} />
        <NumberInput label="Port" min={1} max={65_535} allowDecimal={false} {...form.getInputProps('port')} />
        <TextInput label="User" autoComplete="off" {...form.getInputProps('user')} />
        <PasswordInput
          label="Password"
          description={mail?.hasPassword === true ? 'Left empty, the stored one stays' : undefined}
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
      </div>
      <TextInput label="From" placeholder="Plumbline <alerts@example.com>" {...form.getInputProps('from')} />
      <Switch
        label="TLS from the first byte (port 465); otherwise STARTTLS"
        {...form.getInputProps('secure', { type: 'checkbox' })}
      />
      <FormFooter error={saving.error}>
        {mail !== null && (
          <Button variant="default" onClick={() => saving.mutate(null)} disabled={saving.isPending}>
            Remove
          </Button>
        )}
        <Button type="submit" loading={saving.isPending}>
          Save mail server
        </Button>
      </FormFooter>
    </form>
  )
}

function HostsForm({ settings }: FormProps) {
  const form = useForm({ initialValues: { allowedHosts: [...settings.allowedHosts] } })
  const saving = useMutation({
    mutationFn: (values: typeof form.values) => client.notifications.updateSettings(values),
    onSuccess: () => notifyDone('The allowed hosts were saved.'),
  })
  return (
    <form className="pl-form" onSubmit={form.onSubmit((values) => saving.mutate(values))}>
      <TagsInput
        label="Allowed hosts of your own network"
        description="Webhooks reach the public internet only, unless a host is named here, with a port if wanted"
        placeholder={form.values.allowedHosts.length === 0 ? 'chat.internal:8065' : ''}
        acceptValueOnBlur
        {...form.getInputProps('allowedHosts')}
      />
      <FormFooter error={saving.error}>
        <Button type="submit" loading={saving.isPending} disabled={!form.isDirty()}>
          Save hosts
        </Button>
      </FormFooter>
    </form>
  )
}
