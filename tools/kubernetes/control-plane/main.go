// Package main is the control plane that the tests start: every part in one program, so that
// they share one build and most of one binary. The first argument, or the name by which the
// program is called, says which part runs.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	nodes "sigs.k8s.io/kwok/kustomize/stage/node/fast"
	heartbeats "sigs.k8s.io/kwok/kustomize/stage/node/heartbeat-with-lease"
	pods "sigs.k8s.io/kwok/kustomize/stage/pod/fast"
	kwokconfig "sigs.k8s.io/kwok/pkg/config"
	kwok "sigs.k8s.io/kwok/pkg/kwok/cmd"
	kwoklog "sigs.k8s.io/kwok/pkg/log"
)

// endsWithStdin names the variable with which a part ends when its standard input does. Whoever
// starts a part holds the other end of that pipe, so no part outlives a test that was killed.
const endsWithStdin = "CONTROL_PLANE_ENDS_WITH_STDIN"

var parts = map[string]func(){
	"etcd":                    func() { etcdmain.Main(os.Args) },
	"kube-apiserver":          run(apiserver.NewAPIServerCommand),
	"kube-controller-manager": run(controllermanager.NewControllerManagerCommand),
	"kube-scheduler":          run(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
	"kubectl":                 run(kubectl.NewDefaultKubectlCommand),
	"kwok":                    runKwok,
	"kwok-stages":             printStages,
}

func main() {
	// The parts read os.Args by themselves, some before cobra does: their name has to come first.
	if _, named := parts[filepath.Base(os.Args[0])]; !named && len(os.Args) > 1 {
		os.Args = os.Args[1:]
	}
	part, named := parts[filepath.Base(os.Args[0])]
	if !named {
		fmt.Fprintf(os.Stderr, "usage: control-plane PART [flags]; there is no part %q\n", os.Args[0])
		os.Exit(2)
	}
	if os.Getenv(endsWithStdin) != "" {
		go func() {
			io.Copy(io.Discard, os.Stdin)
			os.Exit(1)
		}()
	}
	part()
}

func run(command func() *cobra.Command) func() {
	return func() { os.Exit(cli.Run(command())) }
}

// runKwok does what kwok's own main function does: its stages are read before its command is made.
func runKwok() {
	flags := pflag.NewFlagSet("global", pflag.ContinueOnError)
	flags.ParseErrorsAllowlist.UnknownFlags = true
	flags.Usage = func() {}
	ctx, _ := kwoklog.InitFlags(context.Background(), flags)
	ctx, err := kwokconfig.InitFlags(ctx, flags)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	command := kwok.NewCommand(ctx)
	command.PersistentFlags().AddFlagSet(flags)
	// cobra adds the process's flags to every command. Kubernetes registers one named version
	// there, of another type than cobra expects of a command that has a version.
	pflag.CommandLine = pflag.NewFlagSet("kwok", pflag.ContinueOnError)
	if err := command.ExecuteContext(ctx); err != nil {
		os.Exit(1)
	}
}

// printStages writes what kwok needs to be told, and ships with it: how nodes become ready, and
// how pods run, end and go.
func printStages() {
	stages := []string{nodes.DefaultNodeInit, heartbeats.DefaultNodeHeartbeatWithLease,
		pods.DefaultPodReady, pods.DefaultPodComplete, pods.DefaultPodDelete}
	fmt.Println(strings.Join(stages, "\n---\n"))
}
