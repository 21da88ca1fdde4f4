package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// process is a service as the lakehouse sees it.
type process struct {
	setup   setup
	started started
	cmd     *exec.Cmd
	stdin   io.WriteCloser
	out     *json.Decoder
	status  flushed // of the last flush
}

// startProcess runs this program as a service and waits until it serves. It outlives ctx: it is ended by stop or kill.
func startProcess(ctx context.Context, s setup, stderr io.Writer) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &process{setup: s, cmd: exec.CommandContext(context.WithoutCancel(ctx), self)}
	p.cmd.Env = append(os.Environ(), serviceMark+"="+s.Service)
	p.cmd.Stderr = stderr
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = json.NewDecoder(stdout)
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	if err := json.NewEncoder(p.stdin).Encode(s); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	if err := p.out.Decode(&p.started); err != nil {
		return nil, errors.Join(fmt.Errorf("lakehouse: %s did not start: %w", s.Service, err), p.stop())
	}
	return p, nil
}

// flush returns once every destination that works has what the service has emitted.
func (p *process) flush() error {
	if _, err := io.WriteString(p.stdin, "flush\n"); err != nil {
		return err
	}
	if err := p.out.Decode(&p.status); err != nil {
		return err
	}
	if p.status.Fault != "" {
		return fmt.Errorf("lakehouse: %s: %s", p.setup.Service, p.status.Fault)
	}
	return nil
}

// stop ends the service in peace. One that does not end within its own deadlines is killed, which is an error.
func (p *process) stop() error {
	late := time.AfterFunc(time.Minute, func() { _ = p.cmd.Process.Kill() })
	defer late.Stop()
	err := p.stdin.Close()
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("lakehouse: %s ended badly: %w", p.setup.Service, err)
	}
	return err
}

// kill ends the service with SIGKILL, and makes sure that this is what it died of.
func (p *process) kill() error {
	if err := p.cmd.Process.Kill(); err != nil {
		return fmt.Errorf("lakehouse: %s cannot be killed: %w", p.setup.Service, err)
	}
	var exit *exec.ExitError
	if err := p.cmd.Wait(); !errors.As(err, &exit) {
		return fmt.Errorf("lakehouse: %s was not killed, it had ended: %w", p.setup.Service, err)
	}
	if how, ok := exit.Sys().(syscall.WaitStatus); ok && how.Signal() != syscall.SIGKILL {
		return fmt.Errorf("lakehouse: %s did not die of SIGKILL", p.setup.Service)
	}
	return nil
}
