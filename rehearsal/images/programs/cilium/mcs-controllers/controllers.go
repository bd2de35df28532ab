// Package controllers is the one word that Cilium takes from the module of this name, which not every module proxy has: the
// annotation by which a ServiceImport names the Service behind it (Cilium's documentation, network/clustermesh/mcsapi.rst).
package controllers

// DerivedServiceAnnotation is that annotation.
const DerivedServiceAnnotation = "multicluster.kubernetes.io/derived-service"
