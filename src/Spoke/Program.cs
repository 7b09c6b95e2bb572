return Spoke.Commands.RootCommandLine.Build().Parse(args).Invoke();
