{{- define "standin.labels" -}}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: Linkerd
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "standin.extensionLabels" -}}
linkerd.io/extension: multicluster
{{ include "standin.labels" . }}
{{- end }}

{{- define "standin.selector" -}}
type: object
properties:
  matchLabels: { type: object, x-kubernetes-preserve-unknown-fields: true }
  matchExpressions:
    type: array
    items:
      type: object
      required: [key, operator]
      properties:
        key: { type: string }
        operator: { type: string, enum: [In, NotIn, Exists, DoesNotExist] }
        values: { type: array, items: { type: string } }
{{- end }}

{{- define "standin.serviceRef" -}}
type: object
required: [name, namespace]
properties:
  group: { type: string, default: core }
  kind: { type: string, default: Service }
  name: { type: string, minLength: 1 }
  namespace: { type: string, minLength: 1 }
{{- end }}
