{{- define "standin.labels" -}}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: Linkerd
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- /* Of a list of the context and a component's name. */ -}}
{{- define "standin.componentLabels" -}}
linkerd.io/control-plane-component: {{ index . 1 }}
linkerd.io/control-plane-ns: {{ (index . 0).Release.Namespace }}
{{ include "standin.labels" (index . 0) }}
{{- end }}
