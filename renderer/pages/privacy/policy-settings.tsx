import { Button, Slider, Switch } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Policy } from '../../../main/core/privacy/policy'
import { client } from '../../client'
import { FaultNotice } from '../../components/form-footer'
import { Panel } from '../../components/layout'
import { notifyDone } from '../../components/notify'

/** How sure a finding has to be, and whether columns that nobody named are looked at. */
export function PolicySettingsPanel({ policy }: { readonly policy: Policy }) {
  const [settings, setSettings] = useState(policy.settings)
  const change = useMutation({
    mutationFn: () => client.privacy.updatePolicy({ id: policy.id, settings }),
    onSuccess: () => notifyDone('The settings were saved.'),
  })
  const isChanged =
    settings.autoDetect !== policy.settings.autoDetect ||
    settings.confidenceThreshold !== policy.settings.confidenceThreshold
  return (
    <Panel title="Detection">
      <div className="pl-form">
        <Switch
          label="Find personal data by itself"
          description="By column names and content; otherwise only columns that a deployment names"
          checked={settings.autoDetect}
          onChange={(event) => setSettings({ ...settings, autoDetect: event.currentTarget.checked })}
        />
        <div>
          <div className="mantine-InputWrapper-label" id="policy-threshold">
            Act from confidence {settings.confidenceThreshold.toFixed(2)}
          </div>
          <Slider
            aria-labelledby="policy-threshold"
            thumbLabel="Confidence threshold"
            min={0}
            max={1}
            step={0.05}
            label={(value) => value.toFixed(2)}
            marks={[
              { value: 0.6, label: 'cautious' },
              { value: 0.9, label: 'sure' },
            ]}
            mb="lg"
            value={settings.confidenceThreshold}
            onChange={(confidenceThreshold) => setSettings({ ...settings, confidenceThreshold })}
          />
        </div>
        {change.isError && <FaultNotice error={change.error} />}
        <div className="pl-form-buttons">
          <Button
            size="xs"
            variant={isChanged ? 'filled' : 'default'}
            disabled={!isChanged}
            loading={change.isPending}
            onClick={() => change.mutate()}
          >
            Save
          </Button>
        </div>
      </div>
    </Panel>
  )
}
