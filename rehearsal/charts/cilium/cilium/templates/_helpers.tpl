{{- define "standin.labels" -}}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: cilium
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- /* Pods start again when the configuration that they read once has changed. */ -}}
{{- define "standin.checksum" -}}
cilium.io/cilium-configmap-checksum: {{ include (print $.Template.BasePath "/configmap.yaml") . | sha256sum | quote }}
{{- end }}

{{- /* Where agents and operator find the API server when no kube-proxy leads them to it. */ -}}
{{- define "standin.apiServer" -}}
{{- with .Values.k8sServiceHost }}
- name: KUBERNETES_SERVICE_HOST
  value: {{ . | quote }}
- name: KUBERNETES_SERVICE_PORT
  value: {{ $.Values.k8sServicePort | quote }}
{{- end }}
{{- end }}

{{- /* Without one of their own, the chart takes the pods' mode from the eni section. */ -}}
{{- define "standin.ipam" -}}
{{- ternary "eni" .Values.ipam.mode .Values.eni.enabled -}}
{{- end }}
