// Package auditvet checks programs that make audit events.
package auditvet
