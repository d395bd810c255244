@echo off
rem Runs payments-issued in the folder above this one. Takes a command and its options; without one it runs until stopped.
rem JAVA_HOME names a Java 17 or later where the one on the path is not; JAVA_OPTS goes to it. Jars in lib\ are taken in.
rem No line below stands in parentheses: a folder such as "C:\Program Files (x86)" would end them.
setlocal EnableExtensions DisableDelayedExpansion
rem "ver" clears what an earlier command of the caller left in ERRORLEVEL.
ver > nul
pushd "%~dp0.."
if errorlevel 1 exit /b 2
set "JAVA=java.exe"
if not defined JAVA_HOME goto run
set "JAVA=%JAVA_HOME:"=%\bin\java.exe"
if exist "%JAVA%" goto run
echo There is no "%JAVA%". Set JAVA_HOME to the folder of a Java 17 or later, or unset it. 1>&2
popd
exit /b 2
:run
rem Java 8 does not know --version, and so is too old as well.
"%JAVA%" --version 2> nul | findstr /r /b /c:"openjdk 1[7-9]" /c:"openjdk [2-9][0-9]" /c:"java 1[7-9]" /c:"java [2-9][0-9]" > nul
if errorlevel 1 goto old
rem One sync ends before the thorough compiler pays off, which takes half of the processor time.
set "QUICK="
if /i "%~1"=="once" set "QUICK=-XX:TieredStopAtLevel=1"
"%JAVA%" %QUICK% -Dfile.encoding=UTF-8 %JAVA_OPTS% -cp "payments-issued.jar;lib\*" org.paymentsissued.Application %*
set "RESULT=%ERRORLEVEL%"
popd
exit /b %RESULT%
:old
echo "%JAVA%" is missing or older than Java 17. Set JAVA_HOME to the folder of a Java 17 or later. 1>&2
popd
exit /b 2
