{{- define "standin.labels" -}}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: istio
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "standin.istiodLabels" -}}
app: istiod
istio.io/rev: default
release: {{ .Release.Name }}
app.kubernetes.io/name: istiod
{{ include "standin.labels" . }}
{{- end }}

{{- /* Where the API server sends admission requests: istiod's Service, port 443 (pods listen on 15017). */ -}}
{{- define "standin.webhookService" -}}
name: istiod
namespace: {{ .Release.Namespace }}
{{- end }}
